using AspireKv.Cluster.Membership;
using AspireKv.Cluster.Topology;
using AspireKv.Cluster.Versioning;

namespace AspireKv.Cluster.Status;

/// <summary>Whether a node answers, as seen by another one. Written into messages: append only.</summary>
public enum Liveness : byte
{
    /// <summary>It answered lately.</summary>
    Alive = 1,

    /// <summary>It has not answered for a while.</summary>
    Suspect = 2,

    /// <summary>It has not answered for so long, or refuses connections, that others take over its partitions.</summary>
    Dead = 3,
}

/// <summary>What one node says of one partition.</summary>
/// <param name="Partition">The partition, from 0.</param>
/// <param name="Promised">The highest ballot that the node promised or was shown.</param>
/// <param name="IsHolder">True when the node coordinates the partition under a ballot it holds.</param>
/// <param name="Config">The newest config the node knows, or null when it holds no replica of the partition.</param>
public sealed record PartitionStatus(int Partition, Ballot Promised, bool IsHolder, PartitionConfig? Config)
{
    /// <summary>True while the node lost what it held of the partition and is not rebuilt: it counts in no quorum.</summary>
    public bool IsLearner { get; init; }
}

/// <summary>What a node tells gateways and operators of itself and of what it sees.</summary>
/// <param name="Self">The node.</param>
/// <param name="Founding">The founding record, or null before founding.</param>
/// <param name="Peers">The liveness of each other member, as this node sees it.</param>
/// <param name="Partitions">The partitions that the node holds a replica of.</param>
public sealed record NodeStatus(
    Member Self, FoundingRecord? Founding, IReadOnlyList<KeyValuePair<NodeId, Liveness>> Peers, IReadOnlyList<PartitionStatus> Partitions);
