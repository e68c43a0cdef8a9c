using AspireKv.AccessTokens.Tests.Support;
using Microsoft.Extensions.Time.Testing;

namespace AspireKv.AccessTokens.Tests;

public sealed class ClockComparisonTests : IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly LogRecorder _logs = new();

    /// <summary>Half of the skew that is borne, and never less than what dates of HTTP can tell.</summary>
    [Theory]
    [InlineData(30, 15, false)]
    [InlineData(30, -15, false)]
    [InlineData(30, 16, true)]
    [InlineData(30, -16, true)]
    [InlineData(0, 3, false)]
    [InlineData(0, 4, true)]
    [InlineData(6, 3, false)]
    [InlineData(8, 4, false)]
    public void Compare_AtTheBound_WarnsOnlyBeyondIt(int skew, int ahead, bool isSaid)
    {
        var clocks = Clocks(skew);

        clocks.Compare(_time.GetUtcNow().AddSeconds(ahead));

        Assert.Equal(isSaid, _logs.Text.StartsWith("Warning 5103", StringComparison.Ordinal));
        Assert.Equal(isSaid, _logs.Text.Length > 0);
    }

    [Fact]
    public void Compare_ClocksAreOffAndAgreeAgain_SaysBothEachTime()
    {
        var clocks = Clocks(skew: 30);
        foreach (var ahead in (int[])[0, 40, 40, 0, 0, -40, 0])
        {
            clocks.Compare(_time.GetUtcNow().AddSeconds(ahead));
        }

        Assert.Equal(
            ["Warning 5103", "Information 5104", "Warning 5103", "Information 5104"],
            _logs.Text.Split('\n').Select(line => string.Join(' ', line.Split(' ').Take(2))));
    }

    [Fact]
    public void Compare_NoDate_LeavesTheLastWordStanding()
    {
        var clocks = Clocks(skew: 30);
        clocks.Compare(_time.GetUtcNow().AddSeconds(40));

        clocks.Compare(null);
        clocks.Compare(_time.GetUtcNow().AddSeconds(40));

        Assert.Single(_logs.Text.Split('\n'));
    }

    public void Dispose() => _logs.Dispose();

    private ClockComparison Clocks(int skew) =>
        new(new AccessTokenOptions { ClockSkew = TimeSpan.FromSeconds(skew) }, _time, _logs.CreateLogger("clocks"));
}
