using AspireKv.Cluster.Membership;
using AspireKv.Cluster.Status;
using AspireKv.Cluster.Topology;
using AspireKv.Storage;
using AspireKv.StorageNode.Liveness;
using AspireKv.StorageNode.Replicas;

namespace AspireKv.StorageNode.Founding;

/// <summary>What this node is in its cluster: itself, the founding record once there is one, and its partitions once it takes part.</summary>
internal sealed class Membership(Member self, StorageEngine engine, Func<LivenessTracker> liveness)
{
    private volatile Partitions? _partitions;

    public Member Self { get; } = self;

    public FoundingRecord? Founding => engine.Founding;

    /// <summary>Null until the node takes part in a founded cluster.</summary>
    public Partitions? Partitions
    {
        get => _partitions;
        set => _partitions = value;
    }

    public NodeStatus GetStatus() => new(
        Self,
        Founding,
        liveness().JudgeAll(),
        Partitions is { } partitions
            ? [.. partitions.All.Select(partition => partition.GetStatus()).Where(status => status.Config?.Contains(Self.Id) == true)]
            : []);
}
