using AspireKv.Cluster.Membership;
using AspireKv.Cluster.Topology;

namespace AspireKv.StorageNode.Partitions;

/// <summary>The partitions of this node, from the moment on at which the node takes part in a founded cluster.</summary>
internal sealed class HostedPartitions(PartitionFactory factory)
{
    private volatile PartitionSet? _current;

    /// <summary>Null until the node takes part. Whoever looks for two partitions together reads it once.</summary>
    public PartitionSet? Current => _current;

    /// <summary>The present partitions; none until the node takes part.</summary>
    public IReadOnlyList<PartitionHost> All => _current?.All ?? [];

    public PartitionHost? Find(int partition) => _current?.Find(partition);

    /// <summary>Sets the partitions up, as many as the cluster was founded with, with the configs that the topology has.</summary>
    public void TakePart(FoundingRecord founding, ClusterTopology topology)
    {
        var partitions = new PartitionSet(founding, factory);
        partitions.Follow(topology);
        _current = partitions;
    }

    /// <summary>Has every partition know of its config as a newer topology has it.</summary>
    public void Follow(ClusterTopology topology) => _current?.Follow(topology);
}
