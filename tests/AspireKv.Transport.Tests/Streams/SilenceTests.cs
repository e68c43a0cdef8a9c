using AspireKv.Transport.Client;
using Microsoft.Extensions.Time.Testing;

namespace AspireKv.Transport.Tests.Streams;

/// <summary>For how long a node counts as silent, with a heartbeat every 100 ms.</summary>
public sealed class SilenceTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly RoundTrips _roundTrips;

    public SilenceTests() => _roundTrips = new RoundTrips(_time, Milliseconds(100));

    [Fact]
    public void Silence_BeforeTheNodeWasHeard_IsUnknown()
    {
        _roundTrips.Begin();
        Pass(1_000);

        Assert.Null(_roundTrips.Silence);
    }

    [Fact]
    public void Silence_WithHeartbeatsInTime_LastsSinceTheNodeWasHeard()
    {
        Hear();
        Beat(after: 100);
        Beat(after: 200);
        Pass(50);

        Assert.Equal(Milliseconds(350), _roundTrips.Silence);
        _roundTrips.Heard();
        Assert.Equal(TimeSpan.Zero, _roundTrips.Silence);
    }

    [Fact]
    public void Silence_AfterThisProcessStoodStill_DoesNotCountThat()
    {
        Hear();
        Beat(after: 100);
        var lateness = Beat(after: 4_000);

        Assert.Equal(Milliseconds(3_900), lateness);
        Assert.Equal(Milliseconds(200), _roundTrips.Silence);
        Beat(after: 100);
        Assert.Equal(Milliseconds(300), _roundTrips.Silence);
    }

    /// <summary>Whoever looks first after a standstill must not find everybody dead.</summary>
    [Fact]
    public void Silence_WhileTheHeartbeatIsOverdue_DoesNotCountTheStandstill()
    {
        Hear();
        Beat(after: 100);
        Pass(4_000);

        Assert.Equal(Milliseconds(200), _roundTrips.Silence);
    }

    /// <summary>Else a machine that is always late would never find out that a node is gone.</summary>
    [Fact]
    public void Silence_WithEveryHeartbeatLate_GrowsByAnIntervalEachTime()
    {
        Hear();
        for (var i = 0; i < 6; i++)
        {
            Beat(after: 1_000);
        }

        Assert.Equal(Milliseconds(600), _roundTrips.Silence);
    }

    [Fact]
    public void Silence_HeardAfterTheStandstill_BeginsThere()
    {
        Hear();
        Pass(4_000);
        _roundTrips.Heard();
        Beat(after: 0);
        Pass(70);

        Assert.Equal(Milliseconds(70), _roundTrips.Silence);
    }

    /// <summary>Without a connection there are no heartbeats, and none is late.</summary>
    [Fact]
    public void Beat_FirstOfAConnection_IsInTime()
    {
        Hear();
        Pass(10_000);
        _roundTrips.Begin();

        Assert.Equal(TimeSpan.Zero, Beat(after: 0));
        Assert.Equal(Milliseconds(10_000), _roundTrips.Silence);
    }

    private static TimeSpan Milliseconds(int count) => TimeSpan.FromMilliseconds(count);

    private void Hear()
    {
        _roundTrips.Begin();
        _roundTrips.Heard();
    }

    private TimeSpan Beat(int after)
    {
        Pass(after);
        return _roundTrips.Beat();
    }

    private void Pass(int milliseconds) => _time.Advance(Milliseconds(milliseconds));
}
