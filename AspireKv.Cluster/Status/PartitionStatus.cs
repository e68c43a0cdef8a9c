using AspireKv.Cluster.Topology;
using AspireKv.Cluster.Versioning;

namespace AspireKv.Cluster.Status;

/// <summary>What one node says of one partition.</summary>
/// <param name="Partition">The partition, from 0.</param>
/// <param name="Promised">The highest ballot that the node promised or was shown.</param>
/// <param name="HoldsBallot">True when the node coordinates the partition under a ballot it holds.</param>
/// <param name="Config">The newest config the node knows, or null when it holds no replica of the partition.</param>
public sealed record PartitionStatus(int Partition, Ballot Promised, bool HoldsBallot, PartitionConfig? Config)
{
    /// <summary>True while the node lost what it held of the partition and is not rebuilt: it counts in no quorum.</summary>
    public bool IsLearner { get; init; }
}
