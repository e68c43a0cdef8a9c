using AspireKv.Auth.Accounts;
using CsCheck;
using Microsoft.Extensions.Time.Testing;

namespace AspireKv.Auth.Tests.Accounts;

public sealed class TryCounterTests
{
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(5);

    [Fact]
    public void TryCount_WindowSlides_AdmitsOneForEachThatLeaves()
    {
        var time = new FakeTimeProvider();
        var counter = new TryCounter<string>(tries: 2, Window, maxKeys: 10, time);
        Assert.True(counter.TryCount("a", out _));
        time.Advance(TimeSpan.FromMinutes(1));
        Assert.True(counter.TryCount("a", out _));
        Assert.False(counter.TryCount("a", out var retryAfter));
        Assert.Equal(TimeSpan.FromMinutes(4), retryAfter);

        time.Advance(retryAfter);

        Assert.True(counter.TryCount("a", out _));
        Assert.False(counter.TryCount("a", out _));
    }

    [Fact]
    public void TryCount_RefusedTries_DoNotProlongTheWait()
    {
        var time = new FakeTimeProvider();
        var counter = new TryCounter<string>(tries: 1, Window, maxKeys: 10, time);
        Assert.True(counter.TryCount("a", out _));
        for (var i = 0; i < 4; i++)
        {
            time.Advance(TimeSpan.FromMinutes(1));
            Assert.False(counter.TryCount("a", out _));
        }

        time.Advance(TimeSpan.FromMinutes(1));
        Assert.True(counter.TryCount("a", out _));
    }

    [Fact]
    public void TryCount_AllKeysInUse_RefusesNewOnesUntilOneIsFree()
    {
        var time = new FakeTimeProvider();
        var counter = new TryCounter<int>(tries: 10, Window, maxKeys: 3, time);
        for (var key = 0; key < 3; key++)
        {
            Assert.True(counter.TryCount(key, out _));
        }

        Assert.False(counter.TryCount(3, out _));
        Assert.True(counter.TryCount(0, out _));
        time.Advance(Window);
        Assert.True(counter.TryCount(3, out _));
    }

    [Fact]
    public void TryCount_AnySequence_AgreesWithAPlainListOfTimes() =>
        Gen.Select(Gen.Int[0, 3], Gen.Int[0, 100]).Array[1, 60].Sample(steps =>
        {
            var time = new FakeTimeProvider();
            var counter = new TryCounter<int>(tries: 3, Window, maxKeys: 4, time);
            var admitted = new List<(int Key, DateTimeOffset At)>();
            foreach (var (key, seconds) in steps)
            {
                time.Advance(TimeSpan.FromSeconds(seconds));
                var now = time.GetUtcNow();
                var expected = admitted.Count(entry => entry.Key == key && now - entry.At < Window) < 3;
                if (expected)
                {
                    admitted.Add((key, now));
                }

                if (counter.TryCount(key, out _) != expected)
                {
                    return false;
                }
            }

            return true;
        });
}
