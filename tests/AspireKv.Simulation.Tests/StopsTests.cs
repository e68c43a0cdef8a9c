using AspireKv.Simulation.Tests.Running;
using AspireKv.Simulation.Tests.Scenarios;
using Xunit.Abstractions;

namespace AspireKv.Simulation.Tests;

/// <summary>Nodes that are asked to stop, one at a time, while nothing else goes wrong.</summary>
public class StopsTests(ITestOutputHelper output)
{
    [Fact]
    public void Cluster_NodesStoppedInTurn_LeavesNothingUnknown() => Run(new SeedRange(0, 1_500));

    [Fact]
    [Trait("Category", "Soak")]
    public void Cluster_MoreNodesStoppedInTurn_LeavesNothingUnknown() => Run(new SeedRange(1_500, 3_000));

    private void Run(SeedRange seeds)
    {
        var summary = Campaign.Run(seeds, _ => { }, profile: Profile.Stops);

        output.WriteLine(summary.ToString());
        Assert.True(summary.Violations.Count == 0, $"{summary}\n{string.Join("\n\n", summary.Violations)}");
        Assert.True(summary.FaultsPerSeed >= 1, summary.ToString());
    }
}
