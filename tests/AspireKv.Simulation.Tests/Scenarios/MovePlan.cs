using AspireKv.Cluster.Topology;

namespace AspireKv.Simulation.Tests.Scenarios;

/// <summary>What is decided of the moves in a scenario.</summary>
/// <param name="Planned">What operators want, in order.</param>
/// <param name="LearnIntervals">For each node how often it looks for a newer topology.</param>
/// <param name="IsWhole">True where all replicas that are to be replaced are so in one step, false for one at a time.</param>
internal sealed record MovePlan(IReadOnlyList<PlannedMove> Planned, IReadOnlyList<TimeSpan> LearnIntervals, bool IsWhole);

/// <summary>One wish of an operator.</summary>
/// <param name="At">When it comes.</param>
/// <param name="Partition">The partition, from 0.</param>
/// <param name="Target">Who is to hold the partition; null to take back the move under way.</param>
internal sealed record PlannedMove(TimeSpan At, int Partition, IReadOnlyList<NodeId>? Target);
