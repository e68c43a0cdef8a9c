using AspireKv.Simulation.Tests.Running;
using AspireKv.Simulation.Tests.Scenarios;
using Xunit.Abstractions;

namespace AspireKv.Simulation.Tests;

/// <summary>Two nodes that do not reach each other, while both reach all others.</summary>
public class CutLinksTests(ITestOutputHelper output)
{
    [Fact]
    public void Cluster_OneLinkCut_LeavesNothingUnknown() => Run(new SeedRange(0, 1_500));

    [Fact]
    [Trait("Category", "Soak")]
    public void Cluster_OneLinkCutInMoreSeeds_LeavesNothingUnknown() => Run(new SeedRange(1_500, 3_000));

    private void Run(SeedRange seeds)
    {
        var summary = Campaign.Run(seeds, _ => { }, profile: Profile.CutLinks);

        output.WriteLine(summary.ToString());
        Assert.True(summary.Violations.Count == 0, $"{summary}\n{string.Join("\n\n", summary.Violations)}");
        Assert.True(summary.FaultsPerSeed >= 0.5, summary.ToString());
    }
}
