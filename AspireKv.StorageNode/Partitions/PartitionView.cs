using AspireKv.Cluster.Topology;

namespace AspireKv.StorageNode.Partitions;

/// <summary>One partition at one moment, as far as this node knows; who is alive is asked of the caller.</summary>
/// <param name="Self">This node.</param>
/// <param name="Config">The newest config that this node knows; null before any.</param>
/// <param name="HoldsBallot">True when this node coordinates the partition.</param>
/// <param name="IsLearner">True while this node's replica lacks its memory.</param>
/// <param name="Learners">The other replicas that are known to lack their memory.</param>
internal sealed record PartitionView(
    NodeId Self, PartitionConfig? Config, bool HoldsBallot, bool IsLearner, IReadOnlyCollection<NodeId> Learners)
{
    /// <summary>True while this node holds a replica that waits to be rebuilt.</summary>
    public bool AwaitsRebuild => IsLearner && Config?.Contains(Self) == true;

    /// <summary>
    /// True when this node holds no replica, or reaches a quorum of the replicas, itself included, that have their memory as far as known.
    /// </summary>
    public bool HasLiveQuorum(Func<NodeId, bool> isAlive) =>
        Config is not { } config
        || !config.Contains(Self)
        || config.Quorum.IsMet(config.Quorum.SetOf(node => node == Self ? !IsLearner : isAlive(node) && !Learners.Contains(node)));

    /// <summary>True when this node coordinates the partition and everybody who holds it answers: only then can tombstones go.</summary>
    public bool MayPurge(Func<NodeId, bool> isAlive) =>
        HoldsBallot && Config is { } config && config.Quorum.IsEveryone(config.Quorum.SetOf(node => node == Self || isAlive(node)));
}
