using AspireKv.EndToEnd.Tests.Nemesis;
using Xunit.Abstractions;

namespace AspireKv.EndToEnd.Tests;

[Trait("Category", "Soak")]
public sealed class NemesisTests(ITestOutputHelper output)
{
    private const int Seed = 1;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Cluster_UnderEveryKindOfFaultOrGrowingUnderSome_KeepsItsPromises(bool grows)
    {
        await using var run = new NemesisRun(Seed, output.WriteLine, grows: grows);
        var report = await run.RunAsync();
        output.WriteLine(report.Figures);
        Assert.True(report.IsGood, report.IsGood ? "" : CommandLine.Describe(report, run));
    }
}
