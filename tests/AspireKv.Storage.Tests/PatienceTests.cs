using AspireKv.Storage.Failures;

namespace AspireKv.Storage.Tests;

/// <summary>What passes by itself is waited for and counted each time, and told now and then.</summary>
public sealed class PatienceTests : IDisposable
{
    private const int PutOff = 2014;

    private readonly TestMeterFactory _meters = new();
    private readonly SteppedTime _time = new();
    private readonly EventCounter _told = new(PutOff);

    public void Dispose() => _meters.Dispose();

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
        _time.Step(TimeSpan.FromSeconds(29));
        patience.Note("a", new IOException());
        Assert.Equal(2, _told.Count);
        _time.Step(TimeSpan.FromSeconds(1));
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
        Assert.True(SpinWait.SpinUntil(() => _told.Count == 1, TimeSpan.FromSeconds(30)), "the wait was not told");

        patience.Dispose();

        Assert.False(await wait.WaitAsync(TimeSpan.FromSeconds(30)));
        patience.Note("b", new IOException());
        Assert.Equal(1, _told.Count);
    }

    private Patience Create(TimeSpan pause) => new(new StorageMetrics(_meters).Failures, pause, _time, _told);

    private sealed class SteppedTime : TimeProvider
    {
        private long _now = 1;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _now;

        public void Step(TimeSpan by) => _now += by.Ticks;
    }
}
