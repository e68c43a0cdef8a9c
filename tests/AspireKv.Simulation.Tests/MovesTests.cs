using AspireKv.Simulation.Tests.Running;
using AspireKv.Simulation.Tests.Scenarios;
using Xunit.Abstractions;

namespace AspireKv.Simulation.Tests;

/// <summary>Partitions that move from node to node, with everything else that goes wrong and with hardly anything.</summary>
public class MovesTests(ITestOutputHelper output)
{
    [Fact]
    public void Cluster_MovingPartitions_KeepsItsPromisesAndEndsTheMoves() => Run(new SeedRange(0, 1_000), Profile.Moves);

    [Fact]
    public void Cluster_MovingPartitionsInCalm_LeavesNothingUnknown() => Run(new SeedRange(0, 500), Profile.CalmMoves);

    [Fact]
    [Trait("Category", "Soak")]
    public void Cluster_MovingMorePartitions_KeepsItsPromisesAndEndsTheMoves() => Run(new SeedRange(1_000, 5_000), Profile.Moves);

    [Fact]
    [Trait("Category", "Soak")]
    public void Cluster_MovingMorePartitionsInCalm_LeavesNothingUnknown() => Run(new SeedRange(500, 3_000), Profile.CalmMoves);

    private void Run(SeedRange seeds, Profile profile)
    {
        var summary = Campaign.Run(seeds, _ => { }, profile: profile);

        output.WriteLine(summary.ToString());
        Assert.True(summary.Violations.Count == 0, $"{summary}\n{string.Join("\n\n", summary.Violations)}");
        Assert.True(summary.MovesPerSeed >= 1, summary.ToString());
    }
}
