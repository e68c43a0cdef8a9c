namespace AspireKv.Cluster.Topology;

/// <summary>
/// Who is a member, who holds which partition, and what is to change: one value, replaced as a whole under consensus in a partition of its
/// own, the system partition, so that the cluster always has exactly one of each version (as ScyllaDB keeps its topology). Immutable.
/// </summary>
public sealed record ClusterTopology
{
    /// <summary>The most members of a cluster.</summary>
    public const int MaxMembers = 1024;

    /// <summary>The most replicas of a partition, the system partition too.</summary>
    public const int MaxReplicas = 7;

    /// <summary>The most characters of <see cref="LastPlan"/>.</summary>
    public const int MaxPlanIdLength = 64;

    /// <summary>The number of this topology, from 1; each change makes the next one.</summary>
    public required long Version { get; init; }

    /// <summary>From 0, one more with each decision of an operator: a plan that was committed or cancelled.</summary>
    public required long Generation { get; init; }

    /// <summary>As the founding record names the cluster.</summary>
    public required Guid ClusterId { get; init; }

    /// <summary>On how many nodes a partition is to live; it lives on all active ones where there are fewer.</summary>
    public required int ReplicationFactor { get; init; }

    /// <summary>By rising number, each once.</summary>
    public required IReadOnlyList<TopologyMember> Members { get; init; }

    /// <summary>The partitions of keys by number, and behind them the system partition.</summary>
    public required IReadOnlyList<PartitionAssignment> Partitions { get; init; }

    /// <summary>The id of the plan that was committed last and not cancelled; empty when there is none.</summary>
    public string LastPlan { get; init; } = "";

    /// <summary>The number of the partition that holds the topology: one more than the last partition of keys.</summary>
    public int SystemPartition => Partitions.Count - 1;

    /// <summary>True while a plan is not carried out yet.</summary>
    public bool IsPending =>
        Partitions.Any(static assignment => assignment.IsPending)
        || Members.Any(static member => member.State == MemberState.Removing);

    public TopologyMember? Find(NodeId node)
    {
        var (from, to) = (0, Members.Count - 1);
        while (from <= to)
        {
            var middle = (from + to) / 2;
            var order = Members[middle].Id.CompareTo(node);
            if (order == 0)
            {
                return Members[middle];
            }

            (from, to) = order < 0 ? (middle + 1, to) : (from, middle - 1);
        }

        return null;
    }

    public override string ToString() =>
        $"version {Version}, generation {Generation}, {Members.Count} members, {Partitions.Count} partitions";
}
