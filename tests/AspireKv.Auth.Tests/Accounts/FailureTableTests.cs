using AspireKv.Auth.Accounts;
using CsCheck;
using Microsoft.Extensions.Time.Testing;

namespace AspireKv.Auth.Tests.Accounts;

public sealed class FailureTableTests
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(30);

    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void Find_TimePasses_ForgivesOneByOne()
    {
        var table = new FailureTable<string>(Every, maxKeys: 10, _time);
        table.Add("a");
        table.Add("a");
        Assert.Equal(2, table.Find("a").Failures, 6);

        _time.Advance(TimeSpan.FromSeconds(45));
        Assert.Equal((0.5, TimeSpan.FromSeconds(45)), (Math.Round(table.Find("a").Failures, 6), table.Find("a").SinceLast));
        table.Add("a");
        Assert.Equal(1.5, table.Find("a").Failures, 6);

        _time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(0, table.Find("a").Failures);
    }

    [Fact]
    public void Add_TableIsFull_ForgetsTheOldestAndRefusesNobody()
    {
        var table = new FailureTable<int>(Every, maxKeys: 3, _time);
        foreach (var key in (int[])[0, 1, 2, 0, 3])
        {
            table.Add(key);
        }

        Assert.Equal([2, 0, 1, 1], Enumerable.Range(0, 4).Select(key => Math.Round(table.Find(key).Failures)));
    }

    [Fact]
    public void Forget_IsAsIfNeverFailed()
    {
        var table = new FailureTable<int>(Every, maxKeys: 3, _time);
        table.Add(1);

        table.Forget(1);

        Assert.Equal((0, TimeSpan.MaxValue), table.Find(1));
    }

    [Fact]
    public void Table_AnySequence_AgreesWithAPlainList() =>
        Gen.Select(Gen.Int[0, 5], Gen.Int[0, 40]).Array[1, 60].Sample(steps =>
        {
            var time = new FakeTimeProvider();
            var table = new FailureTable<int>(Every, maxKeys: 3, time);
            var plain = new List<(int Key, double Failures, DateTimeOffset At)>();
            foreach (var (key, seconds) in steps)
            {
                time.Advance(TimeSpan.FromSeconds(seconds));
                var failures = Unforgiven(plain, key, time.GetUtcNow());
                plain.RemoveAll(entry => entry.Key == key);
                if (plain.Count == 3)
                {
                    plain.RemoveAt(0);
                }

                plain.Add((key, failures + 1, time.GetUtcNow()));
                table.Add(key);
                for (var other = 0; other <= 5; other++)
                {
                    if (Math.Abs(table.Find(other).Failures - Unforgiven(plain, other, time.GetUtcNow())) > 1e-6)
                    {
                        return false;
                    }
                }
            }

            return true;
        });

    private static double Unforgiven(List<(int Key, double Failures, DateTimeOffset At)> plain, int key, DateTimeOffset now) =>
        plain.Where(entry => entry.Key == key).Select(entry => Math.Max(0, entry.Failures - ((now - entry.At) / Every))).SingleOrDefault();
}
