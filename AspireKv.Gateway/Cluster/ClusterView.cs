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

    private readonly PartitionConfig[] _configs = FindConfigs(Founding, Statuses.Values);

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
    public IReadOnlyList<NodeId> ReplicasOf(int partition) => ConfigOf(partition)?.Replicas ?? [];

    /// <summary>The newest config of the partition that a node told, or the one of the founding; null while the cluster is not known.</summary>
    public PartitionConfig? ConfigOf(int partition) => (uint)partition < (uint)_configs.Length ? _configs[partition] : null;

    private static PartitionConfig[] FindConfigs(FoundingRecord? founding, IEnumerable<NodeStatus> statuses)
    {
        var configs = new PartitionConfig?[founding?.PartitionCount ?? 0];
        foreach (var told in statuses.SelectMany(status => status.Partitions).Where(told => (uint)told.Partition < (uint)configs.Length))
        {
            if (told.Config is { } config && !(configs[told.Partition]?.Epoch >= config.Epoch))
            {
                configs[told.Partition] = config;
            }
        }

        return [.. configs.Select((config, partition) => config ?? PartitionConfig.Founded(founding!.Placement[partition]))];
    }
}
