namespace AspireKv.Cluster.Membership;

/// <summary>Why a topology stays as it is.</summary>
/// <param name="Code">One of the codes below: what programs go by.</param>
/// <param name="Detail">One sentence for the operator.</param>
public sealed record TopologyRefusal(string Code, string Detail)
{
    /// <summary>Another decision was made since; the operator has to look again.</summary>
    public const string TopologyChanged = "topology_changed";

    /// <summary>What is asked for would undo a plan that is still being carried out.</summary>
    public const string PlanPending = "plan_pending";

    /// <summary>Partitions could not move, since too few of their nodes answer.</summary>
    public const string PartitionWithoutQuorum = "partition_without_quorum";

    /// <summary>No quorum of the system partition answers, so nothing can be planned or changed.</summary>
    public const string SystemUnavailable = "system_unavailable";

    /// <summary>The life that would be replaced answers.</summary>
    public const string Twin = "twin";

    /// <summary>Fewer nodes would stay than there must be.</summary>
    public const string NotEnoughNodes = "not_enough_nodes";

    /// <summary>A node is no member, or none that may be used so.</summary>
    public const string UnknownNode = "unknown_node";

    /// <summary>A node, or its name, is in use.</summary>
    public const string NodeInUse = "node_in_use";

    /// <summary>A bound would be broken.</summary>
    public const string OverLimit = "over_limit";
}
