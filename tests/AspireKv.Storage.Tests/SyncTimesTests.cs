using AspireKv.Storage.Wal;
using Microsoft.Extensions.Time.Testing;

namespace AspireKv.Storage.Tests;

public sealed class SyncTimesTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly SyncTimes _times;

    public SyncTimesTests() => _times = new SyncTimes(_time);

    [Fact]
    public void Median_WithoutASync_IsZero() => Assert.Equal(TimeSpan.Zero, _times.Median);

    [Fact]
    public void Median_OfSomeSyncs_IsTheMiddleOne()
    {
        Assert.Equal(Milliseconds(30), Sync(30));
        Sync(400);
        Sync(5);

        Assert.Equal(Milliseconds(30), _times.Median);
    }

    [Fact]
    public void Median_ForgetsWhatEndedLongerThanTwoSecondsAgo()
    {
        Sync(400);
        Pass(1_000);
        Sync(10);
        Sync(10);
        Pass(980);
        Assert.Equal(Milliseconds(10), _times.Median);

        Pass(1_010);
        Assert.Equal(Milliseconds(10), _times.Median);
        Pass(20);
        Assert.Equal(TimeSpan.Zero, _times.Median);
    }

    /// <summary>A disk that hangs ends no sync.</summary>
    [Fact]
    public void Median_OneUnderWayForLonger_IsWhatThatTookSoFar()
    {
        Sync(10);
        _times.Begin();
        Pass(5);
        Assert.Equal(Milliseconds(10), _times.Median);

        Pass(3_000);
        Assert.Equal(Milliseconds(3_005), _times.Median);
        Assert.Equal(Milliseconds(3_005), _times.End());
    }

    [Fact]
    public void Median_OfMany_IsOfTheLastOnes()
    {
        for (var i = 0; i < 32; i++)
        {
            Sync(30);
        }

        for (var i = 0; i < 17; i++)
        {
            Sync(1);
        }

        Assert.Equal(Milliseconds(1), _times.Median);
    }

    private static TimeSpan Milliseconds(int count) => TimeSpan.FromMilliseconds(count);

    private TimeSpan Sync(int milliseconds)
    {
        _times.Begin();
        Pass(milliseconds);
        return _times.End();
    }

    private void Pass(int milliseconds) => _time.Advance(Milliseconds(milliseconds));
}
