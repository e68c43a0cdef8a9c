using AspireKv.Cluster.Status;
using AspireKv.Cluster.Topology;

namespace AspireKv.Cluster.Partitions;

/// <summary>A replica that keeps the tombstones of its partition from being purged.</summary>
/// <param name="Node">The replica.</param>
/// <param name="Reason">Why.</param>
/// <param name="Since">
/// Since when the reason has stood without a break, on the clock of the host: since a node that does not answer was
/// last heard, or since the learner first said that it is one. Where this process never heard of the node, since the process has had the
/// partition.
/// </param>
public readonly record struct PurgeHold(NodeId Node, PurgeHoldReason Reason, TimeSpan Since);
