using AspireKv.Cluster.Topology;

namespace AspireKv.Cluster.Membership;

/// <summary>What wishes come to: nothing of it is stored before it is committed.</summary>
public sealed record TopologyPlan
{
    /// <summary>The most wishes of one plan.</summary>
    public const int MaxWishes = 64;

    /// <summary>True for what may be a plan's id: ASCII digits, letters and hyphens, of bounded length.</summary>
    public static bool IsId(string? id) =>
        id is { Length: > 0 and <= ClusterTopology.MaxPlanIdLength }
        && id.All(static letter => char.IsAsciiLetterOrDigit(letter) || letter == '-');

    /// <summary>The generation and a digest of the wishes and the targets: the same plan always has the same id.</summary>
    public required string Id { get; init; }

    /// <summary>The generation of the topology that was planned on.</summary>
    public required long Generation { get; init; }

    public required IReadOnlyList<PlanWish> Wishes { get; init; }

    public required int ReplicationFactor { get; init; }

    /// <summary>The members whose state changes, with the new one.</summary>
    public required IReadOnlyDictionary<NodeId, MemberState> States { get; init; }

    /// <summary>For each partition, and last for the system partition, who is to hold it, the preferred coordinator first.</summary>
    public required IReadOnlyList<IReadOnlyList<NodeId>> Targets { get; init; }

    /// <summary>The partitions that are not as their target says, by number.</summary>
    public required IReadOnlyList<PlannedMove> Moves { get; init; }

    /// <summary>What each member holds before and after, by number of the member.</summary>
    public required IReadOnlyList<PlannedShare> Shares { get; init; }

    /// <summary>What the operator should know before the plan is committed, one sentence each.</summary>
    public required IReadOnlyList<string> Warnings { get; init; }

    /// <summary>Entries that are copied to nodes that do not hold them, as far as they were counted.</summary>
    public long Entries => Moves.Sum(move => move.Entries);

    /// <summary>Bytes of those entries.</summary>
    public long Bytes => Moves.Sum(move => move.Bytes);

    /// <summary>Replicas that are made anew.</summary>
    public int Copies => Moves.Sum(move => move.Joining.Count());
}

/// <summary>One partition on its way to its target.</summary>
/// <param name="Partition">Its number.</param>
/// <param name="From">Who holds it.</param>
/// <param name="To">Who is to hold it; where these are the same nodes, they only change places.</param>
/// <param name="Entries">Entries that are copied, all new replicas together.</param>
/// <param name="Bytes">Bytes of those entries.</param>
public sealed record PlannedMove(int Partition, IReadOnlyList<NodeId> From, IReadOnlyList<NodeId> To, long Entries, long Bytes)
{
    /// <summary>The nodes that do not hold the partition yet.</summary>
    public IEnumerable<NodeId> Joining => To.Except(From);
}

/// <summary>What a member holds and leads of the partitions of keys.</summary>
/// <param name="Node">The member.</param>
/// <param name="Held">Partitions that it holds at present.</param>
/// <param name="Led">Partitions that it is the preferred coordinator of at present.</param>
/// <param name="WillHold">Partitions that it is to hold.</param>
/// <param name="WillLead">Partitions that it is to be the preferred coordinator of.</param>
public sealed record PlannedShare(NodeId Node, int Held, int Led, int WillHold, int WillLead);

/// <summary>A plan, or why there is none.</summary>
public sealed record PlanOutcome(TopologyPlan? Plan, TopologyRefusal? Refusal);
