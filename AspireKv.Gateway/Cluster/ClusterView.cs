using AspireKv.Cluster.Keys;
using AspireKv.Cluster.Membership;
using AspireKv.Cluster.Status;
using AspireKv.Cluster.Topology;

namespace AspireKv.Gateway.Cluster;

/// <summary>What the nodes last said of the cluster. Immutable.</summary>
/// <param name="Founding">The founding record, or null while no node has told one.</param>
/// <param name="Statuses">The last status of each node that ever gave one.</param>
internal sealed record ClusterView(FoundingRecord? Founding, IReadOnlyDictionary<NodeId, NodeStatus> Statuses)
{
    public static readonly ClusterView Empty = new(null, new Dictionary<NodeId, NodeStatus>());

    private readonly PartitionMap? _map = Founding is null ? null : new PartitionMap(Founding.PartitionCount);

    /// <summary>The replicas that said they lost what they held, by node and partition.</summary>
    private readonly HashSet<(NodeId Node, int Partition)> _learners =
    [
        .. Statuses.SelectMany(status => status.Value.Partitions
            .Where(partition => partition.IsLearner)
            .Select(partition => (status.Key, partition.Partition))),
    ];

    public int PartitionCount => _map?.Count ?? 0;

    /// <summary>The partition of the key, or -1 while the cluster is not known.</summary>
    public int PartitionOf(StoreKey key) => _map?.PartitionOf(key) ?? -1;

    /// <summary>True when the replica lost what it held and is not rebuilt: it counts in no quorum.</summary>
    public bool IsLearner(NodeId node, int partition) => _learners.Contains((node, partition));

    /// <summary>The nodes that hold the partition, the preferred coordinator first; none while the cluster is not known.</summary>
    public IReadOnlyList<NodeId> ReplicasOf(int partition) => Founding is null || partition < 0 ? [] : Founding.Placement[partition];
}
