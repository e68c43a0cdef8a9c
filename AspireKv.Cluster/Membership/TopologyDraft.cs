using AspireKv.Cluster.Topology;

namespace AspireKv.Cluster.Membership;

/// <summary>
/// The next topology in the making: any number of changes that become one version. Each partition gets one new config at most, so that no
/// config is passed over. Not thread-safe.
/// </summary>
internal sealed class TopologyDraft(ClusterTopology before)
{
    private readonly SortedDictionary<NodeId, TopologyMember> _members =
        new(before.Members.ToDictionary(member => member.Id));

    private readonly PartitionAssignment[] _partitions = [.. before.Partitions];

    public long Version => before.Version + 1;

    public bool IsChanged { get; private set; }

    public IReadOnlyCollection<TopologyMember> Members => _members.Values;

    public IReadOnlyList<PartitionAssignment> Partitions => _partitions;

    public TopologyMember? Find(NodeId node) => _members.GetValueOrDefault(node);

    /// <summary>Names a new life of a node; what was given to the former one stays with the former one.</summary>
    public void Register(TopologyMember member, ulong incarnation) =>
        Set(member with { Identity = member.Identity with { Incarnation = incarnation }, Registered = Version });

    public void Set(TopologyMember member)
    {
        _members[member.Id] = member;
        IsChanged = true;
    }

    public void Remove(NodeId node)
    {
        _members.Remove(node);
        IsChanged = true;
    }

    /// <summary>Says who is to hold the partition in the end; nothing is pending where that is who holds it and nothing moves.</summary>
    public void SetTarget(int partition, IReadOnlyList<NodeId> nodes)
    {
        var assignment = _partitions[partition];
        var isReached = !assignment.IsMoving && nodes.SequenceEqual(assignment.Config.Replicas);
        IReadOnlyList<NodeId> target = isReached ? [] : nodes;
        if (!target.SequenceEqual(assignment.Target))
        {
            _partitions[partition] = assignment with { Target = target };
            IsChanged = true;
        }
    }

    /// <summary>The nodes that hold the partition change places.</summary>
    public void Reorder(int partition, IReadOnlyList<NodeId> replicas) => Reconfigure(partition, replicas, []);

    public void Begin(int partition, IReadOnlyList<NodeId> nextReplicas) =>
        Reconfigure(partition, _partitions[partition].Config.Replicas, nextReplicas);

    /// <summary>The move is done: the next replicas are the replicas.</summary>
    public void End(int partition) => Reconfigure(partition, _partitions[partition].Config.NextReplicas, []);

    /// <summary>The replicas stay, and whoever was to join has nothing of the partition.</summary>
    public void TakeBack(int partition) => Reconfigure(partition, _partitions[partition].Config.Replicas, []);

    /// <summary>The replicas stay, and nothing else is planned for the partition.</summary>
    public void Cancel(int partition)
    {
        var assignment = _partitions[partition];
        if (assignment.IsMoving)
        {
            TakeBack(partition);
        }

        SetTarget(partition, assignment.Config.Replicas);
    }

    /// <summary>The next topology, whether or not anything is different.</summary>
    public ClusterTopology ToTopology() => before with { Version = Version, Members = [.. _members.Values], Partitions = _partitions };

    private void Reconfigure(int partition, IReadOnlyList<NodeId> replicas, IReadOnlyList<NodeId> nextReplicas)
    {
        var assignment = _partitions[partition];
        var grants = replicas.Union(nextReplicas)
            .ToDictionary(node => node, node => assignment.Config.GrantOf(node) ?? new Grant(Version, _members[node].Identity.Incarnation));
        var config = new PartitionConfig(Version, replicas, nextReplicas, grants);
        _partitions[partition] = assignment with { Config = config };
        SetTarget(partition, assignment.Target.Count > 0 ? assignment.Target : config.Replicas);
        IsChanged = true;
    }
}
