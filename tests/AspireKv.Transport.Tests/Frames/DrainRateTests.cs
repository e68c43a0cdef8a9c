using AspireKv.Transport.Frames;

namespace AspireKv.Transport.Tests.Frames;

public sealed class DrainRateTests
{
    private const int MiB = 1024 * 1024;

    private readonly DrainRate _rate = new();
    private TimeSpan _now = TimeSpan.FromDays(1);

    [Fact]
    public void Connection_ThatShowedNothing_IsTriedAndNotFilled()
    {
        Assert.Equal(TimeSpan.Zero, _rate.TimeFor(0, 16 * MiB, _now));
        Assert.Equal(TimeSpan.FromSeconds(2), _rate.TimeFor(10 * MiB, MiB, _now));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(10)]
    public void Connection_ThatMakesItsSenderWait_TakesItsTime(int mebibytesASecond)
    {
        Pass(TimeSpan.FromSeconds(10), mebibytesASecond);

        var estimate = _rate.TimeFor(4 * mebibytesASecond * MiB, mebibytesASecond * MiB, _now).TotalSeconds;

        Assert.InRange(estimate, 3.5, 5.5);
    }

    /// <summary>A short hold-up shows a pause of a machine, not what the connection can do.</summary>
    [Fact]
    public void Connection_ThatHeldUpOnePiece_IsNotTakenForSlow()
    {
        Pass(TimeSpan.FromMilliseconds(10), 100);
        Pass(TimeSpan.FromMilliseconds(150), 1);

        Assert.InRange(_rate.TimeFor(0, MiB, _now), TimeSpan.Zero, TimeSpan.FromMilliseconds(300));
    }

    [Fact]
    public void Connection_ThatTookAllAtOnce_ShowedNothing()
    {
        _rate.Given(8 * MiB);
        _rate.Idle();
        _rate.Given(64 * 1024);
        _rate.WaitBegins(_now);
        _now += TimeSpan.FromSeconds(1);
        _rate.WaitEnds(_now);

        // 64 KiB in that second, beside the MiB that is assumed.
        Assert.InRange(_rate.TimeFor(0, MiB, _now), TimeSpan.FromSeconds(0.9), TimeSpan.FromSeconds(1));
    }

    [Fact]
    public void Connection_ThatTakesNothing_TakesLongerWithEveryMoment()
    {
        Pass(TimeSpan.FromSeconds(1), 100);
        var before = _rate.TimeFor(64 * MiB, 0, _now);
        _rate.Given(64 * 1024);
        _rate.WaitBegins(_now);

        var after = _rate.TimeFor(64 * MiB, 0, _now + TimeSpan.FromSeconds(1));

        Assert.InRange(before, TimeSpan.FromMilliseconds(700), TimeSpan.FromMilliseconds(900));
        Assert.InRange(after, 2 * before, 4 * before);
    }

    /// <summary>Where all is refused nothing is sent, and nothing new is seen: what was seen must not hold for ever.</summary>
    [Fact]
    public void Connection_ThatWasSlow_IsTriedAgainAfterAWhile()
    {
        Pass(TimeSpan.FromSeconds(3), 1);
        Assert.InRange(_rate.TimeFor(0, 4 * MiB, _now), TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(4));

        Assert.InRange(_rate.TimeFor(0, 4 * MiB, _now + TimeSpan.FromSeconds(10)), TimeSpan.Zero, TimeSpan.FromMilliseconds(300));
    }

    /// <summary>The connection takes pieces of 64 KiB at this rate.</summary>
    private void Pass(TimeSpan duration, int mebibytesASecond)
    {
        var piece = TimeSpan.FromSeconds(1.0 / 16 / mebibytesASecond);
        for (var end = _now + duration; _now < end;)
        {
            _rate.Given(64 * 1024);
            _rate.WaitBegins(_now);
            _now += piece;
            _rate.WaitEnds(_now);
        }
    }
}
