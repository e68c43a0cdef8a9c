using AspireKv.Transport.Client;
using Microsoft.Extensions.Time.Testing;

namespace AspireKv.Transport.Tests.Streams;

/// <summary>What pings, one every 200 ms, tell of the way.</summary>
public sealed class OnTheWayTests
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);

    private readonly FakeTimeProvider _time = new();
    private readonly RoundTrips _roundTrips;

    public OnTheWayTests() => _roundTrips = new RoundTrips(_time, Interval);

    [Fact]
    public void OnTheWay_BeforeAConnection_IsNothing()
    {
        Pass(10_000);

        Assert.Equal(TimeSpan.Zero, _roundTrips.OnTheWay);
    }

    [Fact]
    public void OnTheWay_AfterAnAnswer_IsAsLongAsThatTook()
    {
        _roundTrips.Begin();
        Answer(after: 70);

        Assert.Equal(TimeSpan.FromMilliseconds(70), _roundTrips.OnTheWay);
        Pass(190);
        Assert.Equal(TimeSpan.FromMilliseconds(70), _roundTrips.OnTheWay);
    }

    [Fact]
    public void OnTheWay_NextAnswerIsLate_GrowsWithIt()
    {
        _roundTrips.Begin();
        Answer(after: 70);
        Pass(630);

        // The next ping left 200 ms after the one that was answered.
        Assert.Equal(TimeSpan.FromMilliseconds(500), _roundTrips.OnTheWay);
    }

    [Fact]
    public void OnTheWay_FirstAnswerStaysAway_GrowsWithIt()
    {
        _roundTrips.Begin();
        Pass(900);

        Assert.Equal(TimeSpan.FromMilliseconds(700), _roundTrips.OnTheWay);
    }

    [Fact]
    public void OnTheWay_AnotherConnection_ForgetsTheFormer()
    {
        _roundTrips.Begin();
        Answer(after: 900);
        Pass(5_000);
        _roundTrips.Begin();

        Assert.Equal(TimeSpan.Zero, _roundTrips.OnTheWay);
    }

    private void Answer(int after)
    {
        var sent = _time.GetTimestamp();
        Pass(after);
        _roundTrips.Record(sent);
    }

    private void Pass(int milliseconds) => _time.Advance(TimeSpan.FromMilliseconds(milliseconds));
}
