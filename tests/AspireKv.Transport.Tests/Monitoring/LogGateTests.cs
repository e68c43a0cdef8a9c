using AspireKv.Transport.Monitoring;
using Microsoft.Extensions.Time.Testing;

namespace AspireKv.Transport.Tests.Monitoring;

public sealed class LogGateTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly LogGate _gate;

    public LogGateTests() => _gate = new LogGate(_time);

    [Fact]
    public void TryPass_SameKindAgain_IsHeldBackForTenSeconds()
    {
        Assert.True(_gate.TryPass("a", out _));
        Assert.False(_gate.TryPass("a", out _));
        _time.Advance(TimeSpan.FromMilliseconds(9_999));
        Assert.False(_gate.TryPass("a", out _));
        _time.Advance(TimeSpan.FromMilliseconds(1));

        Assert.True(_gate.TryPass("a", out _));
        Assert.False(_gate.TryPass("a", out _));
    }

    [Fact]
    public void TryPass_AfterAWhile_TellsHowManyWereHeldBackSinceTheLast()
    {
        Pass("a", times: 4);
        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.True(_gate.TryPass("a", out var suppressed));
        Assert.Equal(3, suppressed);

        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.True(_gate.TryPass("a", out suppressed));
        Assert.Equal(0, suppressed);
    }

    [Fact]
    public void TryPass_OtherKind_IsLetThrough()
    {
        Pass("a", times: 2);

        Assert.True(_gate.TryPass("b", out var suppressed));
        Assert.Equal(0, suppressed);
    }

    private void Pass(string kind, int times)
    {
        for (var i = 0; i < times; i++)
        {
            _gate.TryPass(kind, out _);
        }
    }
}
