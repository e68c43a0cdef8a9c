using AspireKv.Cluster.Membership;
using AspireKv.Cluster.Topology;

namespace AspireKv.Cluster.Status;

/// <summary>What a node tells gateways and operators of itself and of what it sees.</summary>
/// <param name="Self">The node.</param>
/// <param name="Founding">The founding record, or null before founding.</param>
/// <param name="Peers">The liveness of each other member, as this node sees it.</param>
/// <param name="Partitions">The partitions that the node holds a replica of.</param>
public sealed record NodeStatus(
    Member Self, FoundingRecord? Founding, IReadOnlyList<KeyValuePair<NodeId, NodeLiveness>> Peers, IReadOnlyList<PartitionStatus> Partitions);
