using AspireKv.Cluster.Topology;

namespace AspireKv.Cluster.Status;

/// <summary>The tombstones that one node keeps from being purged for one reason, as the coordinator of their partitions sees it.</summary>
/// <param name="Node">The node that holds them back.</param>
/// <param name="Reason">Why.</param>
/// <param name="Partitions">In how many partitions that have tombstones.</param>
/// <param name="Tombstones">How many they have; where two nodes hold back the same ones, each counts them.</param>
/// <param name="HeldFor">For how long the reason has stood without a break.</param>
/// <param name="OldestFor">
/// For how long at most the first of these tombstones has been held back; no longer than <paramref name="HeldFor"/>.
/// </param>
public readonly record struct TombstoneHold(
    NodeId Node, PurgeHoldReason Reason, int Partitions, long Tombstones, TimeSpan HeldFor, TimeSpan OldestFor);
