using AspireKv.Simulation.Tests.Running;
using AspireKv.Simulation.Tests.Scenarios;
using Xunit.Abstractions;

namespace AspireKv.Simulation.Tests;

/// <summary>Nodes that are asked to stop, one at a time, while nothing else goes wrong.</summary>
public class StopsTests(ITestOutputHelper output)
{
    private const int Seeds = 3_000;

    [Fact]
    public void Cluster_NodesStoppedInTurn_LeavesNothingUnknown()
    {
        var summary = Campaign.Run(new SeedRange(0, Seeds), _ => { }, profile: Profile.Stops);

        output.WriteLine(summary.ToString());
        Assert.True(summary.Violations.Count == 0, $"{summary}\n{string.Join("\n\n", summary.Violations)}");
        Assert.True(summary.FaultsPerSeed >= 1, summary.ToString());
    }
}
