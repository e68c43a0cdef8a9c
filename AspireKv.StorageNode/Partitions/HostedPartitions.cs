using AspireKv.Cluster.Membership;

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

    /// <summary>Sets the partitions up as the cluster was founded.</summary>
    public void TakePart(FoundingRecord founding) => _current = new PartitionSet(founding, factory);
}
