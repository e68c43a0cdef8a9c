using AspireKv.Simulation.Tests.Judging;
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

    /// <summary>
    /// Nodes that learn of a config one after the other may still take ballots from each other, about once in 2,000 seeds; docs/testing.md
    /// says how. More would be news, and so would be anything else.
    /// </summary>
    [Fact]
    [Trait("Category", "Soak")]
    public void Cluster_MovingMorePartitionsInCalm_LeavesHardlyAnythingUnknown()
    {
        var summary = Campaign.Run(new SeedRange(500, 3_000), _ => { }, profile: Profile.CalmMoves);

        output.WriteLine(summary.ToString());
        var others = summary.Violations.Where(
            static report => !report.Violation!.Contains(Judge.UnknownInCalm, StringComparison.Ordinal)).ToArray();
        Assert.True(others.Length == 0, $"{summary}\n{string.Join<SimulationReport>("\n\n", others)}");
        Assert.True(summary.Violations.Count <= 4, $"{summary}\n{string.Join("\n\n", summary.Violations)}");
    }

    private void Run(SeedRange seeds, Profile profile)
    {
        var summary = Campaign.Run(seeds, _ => { }, profile: profile);

        output.WriteLine(summary.ToString());
        Assert.True(summary.Violations.Count == 0, $"{summary}\n{string.Join("\n\n", summary.Violations)}");
        Assert.True(summary.MovesPerSeed >= 1, summary.ToString());
    }
}
