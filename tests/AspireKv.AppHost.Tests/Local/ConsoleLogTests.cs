using AspireKv.LocalHost;

namespace AspireKv.AppHost.Tests.Local;

public sealed class ConsoleLogTests
{
    [Fact]
    public void Write_MoreThanItHolds_KeepsTheNewestAndTheirNumbers()
    {
        var log = new ConsoleLog();
        for (var line = 1; line <= ConsoleLog.Capacity + 5; line++)
        {
            log.Write($"line {line}", false);
        }

        var kept = log.After(0);

        Assert.Equal(ConsoleLog.Capacity, kept.Count);
        Assert.Equal((6, "line 6"), (kept[0].Number, kept[0].Text));
        Assert.Equal(ConsoleLog.Capacity + 5, kept[^1].Number);
    }

    [Fact]
    public void After_ANumber_GivesOnlyWhatCameLater()
    {
        var log = new ConsoleLog();
        log.Write("first", false);
        log.Write("second", true);

        Assert.Equal("second", Assert.Single(log.After(1)).Text);
    }
}
