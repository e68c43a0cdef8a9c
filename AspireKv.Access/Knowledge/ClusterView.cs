using System.Collections.Immutable;
using AspireKv.Cluster.Keys;
using AspireKv.Cluster.Membership;
using AspireKv.Cluster.Status;
using AspireKv.Cluster.Topology;

namespace AspireKv.Access.Knowledge;

/// <summary>What the nodes last said of the cluster. Immutable: news make another view, which is swapped whole.</summary>
public sealed class ClusterView
{
    /// <summary>The view of a party to which no node said anything yet.</summary>
    public static readonly ClusterView Empty = new(null, null, ImmutableDictionary<NodeId, NodeStatus>.Empty);

    private readonly ImmutableDictionary<NodeId, NodeStatus> _statuses;
    private readonly PartitionMap? _map;

    private ClusterView(FoundingRecord? founding, ClusterTopology? topology, ImmutableDictionary<NodeId, NodeStatus> statuses)
    {
        Founding = founding;
        Topology = topology ?? (founding is null ? null : FoundingTopology.Of(founding));
        Members = [.. (Topology?.Members ?? []).Select(static member => member.Identity)];
        _statuses = statuses;
        _map = founding is null ? null : new PartitionMap(founding.PartitionCount);
        Partitions = founding is null ? [] : ViewPartitions(founding.PartitionCount, Topology!, statuses);
    }

    /// <summary>The founding record, or null while no node has told one.</summary>
    public FoundingRecord? Founding { get; }

    /// <summary>The members of the cluster; none while it is not known.</summary>
    public IReadOnlyList<Member> Members { get; }

    /// <summary>The newest topology that a node told, that of the founding at first; null while no node told of the founding.</summary>
    public ClusterTopology? Topology { get; }

    /// <summary>The last status of each node that ever gave one.</summary>
    public IReadOnlyDictionary<NodeId, NodeStatus> Statuses => _statuses;

    /// <summary>Every partition by its number; none while the cluster is not known.</summary>
    public ImmutableArray<PartitionView> Partitions { get; }

    /// <summary>The partition of the key, or -1 while the cluster is not known.</summary>
    public int PartitionOf(StoreKey key) => _map?.PartitionOf(key) ?? -1;

    /// <summary>The partition with this number, or null while the cluster is not known.</summary>
    public PartitionView? Find(int partition) => (uint)partition < (uint)Partitions.Length ? Partitions[partition] : null;

    /// <summary>
    /// This view with what nodes said since. What a silent node said earlier stays. The founding record never changes, so the view keeps
    /// the one it has and the copies in the answers go.
    /// </summary>
    public ClusterView With(IReadOnlyCollection<NodeStatus> told)
    {
        ArgumentNullException.ThrowIfNull(told);

        var statuses = _statuses.SetItems(told.Select(status => KeyValuePair.Create(status.Self.Id, status)));
        return new ClusterView(
            Founding ?? told.Select(status => status.Founding).FirstOrDefault(record => record is not null), Topology, statuses);
    }

    /// <summary>This view with a topology that a node told; this one where that is not newer.</summary>
    public ClusterView With(ClusterTopology topology) =>
        Topology is not { } known || topology.ClusterId != known.ClusterId || topology.Version <= known.Version
            ? this
            : new ClusterView(
                Founding, topology, _statuses.RemoveRange(_statuses.Keys.Where(node => topology.Find(node) is null)));

    private static ImmutableArray<PartitionView> ViewPartitions(
        int count, ClusterTopology topology, ImmutableDictionary<NodeId, NodeStatus> statuses)
    {
        var told = statuses.OrderBy(status => status.Key)
            .SelectMany(status => status.Value.Partitions.Select(partition => (Node: status.Key, Status: partition)))
            .ToLookup(entry => entry.Status.Partition);
        return
        [
            .. Enumerable.Range(0, count)
                .Select(partition => new PartitionView(topology.Partitions[partition].Config, [.. told[partition]])),
        ];
    }
}
