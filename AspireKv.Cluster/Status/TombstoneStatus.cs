namespace AspireKv.Cluster.Status;

/// <summary>What a node says of the tombstones in the partitions that it coordinates.</summary>
/// <param name="Partitions">How many partitions the node coordinates.</param>
/// <param name="Tombstones">How many tombstones these have.</param>
/// <param name="Held">How many of them cannot go, since a node holds them back; each counted once.</param>
/// <param name="Holds">Who holds them back: one for each node and reason, by node.</param>
public sealed record TombstoneStatus(int Partitions, long Tombstones, long Held, IReadOnlyList<TombstoneHold> Holds);
