using AspireKv.Cluster.Partitions;

namespace AspireKv.Cluster.Housekeeping;

/// <summary>The tombstones of one partition that this node coordinates.</summary>
/// <param name="Partition">The partition, from 0.</param>
/// <param name="Count">How many tombstones it has.</param>
/// <param name="Holds">The replicas that keep them from going; empty where they may go.</param>
public readonly record struct CountedTombstones(int Partition, long Count, IReadOnlyList<PurgeHold> Holds);
