using AspireKv.Storage.Failures;
using Microsoft.Extensions.Time.Testing;

namespace AspireKv.Storage.Tests;

/// <summary>What passes by itself is waited for and counted each time, and told now and then.</summary>
public sealed class PatienceTests : IDisposable
{
    private const int PutOff = 2014;

    private readonly TestMeterFactory _meters = new();
    private readonly FakeTimeProvider _time = new();
    private readonly EventWaiter _told = new(PutOff);

    public void Dispose()
    {
        _meters.Dispose();
        _told.Dispose();
    }

    [Fact]
    public void Note_AgainAndAgain_IsToldOnceInHalfAMinuteForEachPart()
    {
        using var patience = Create(TimeSpan.FromHours(1));
        using var counted = new CounterReader("aspirekv.storage.put_off", _meters);

        patience.Note("a", new IOException());
        patience.Note("a", new IOException());
        Assert.Equal(1, _told.Count);
        patience.Note("b", new IOException());
        Assert.Equal(2, _told.Count);
        _time.Advance(TimeSpan.FromSeconds(29));
        patience.Note("a", new IOException());
        Assert.Equal(2, _told.Count);
        _time.Advance(TimeSpan.FromSeconds(1));
        patience.Note("a", new IOException());
        patience.Note("a", new IOException());
        Assert.Equal(3, _told.Count);

        Assert.Equal(5, counted.Read("part", "a"));
        Assert.Equal(1, counted.Read("part", "b"));
    }

    [Fact]
    public void Wait_BeforeAndAfterTheEnd_SaysWhetherToTryAgain()
    {
        var patience = Create(TimeSpan.FromMilliseconds(1));
        Assert.True(patience.Wait("a", new IOException()));

        patience.Dispose();

        Assert.False(patience.Wait("a", new IOException()));
    }

    [Fact]
    public async Task Dispose_EndsAWaitUnderWay()
    {
        var patience = Create(TimeSpan.FromHours(1));
        var wait = Task.Run(() => patience.Wait("a", new IOException()));
        _told.Wait();

        patience.Dispose();

        Assert.False(await wait.WaitAsync(TimeSpan.FromSeconds(30)));
        patience.Note("b", new IOException());
        Assert.Equal(0, _told.Count);
    }

    private Patience Create(TimeSpan pause) => new(new StorageMetrics(_meters).Failures, pause, _time, _told);
}
