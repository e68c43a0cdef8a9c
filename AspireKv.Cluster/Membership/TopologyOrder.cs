using AspireKv.Cluster.Topology;

namespace AspireKv.Cluster.Membership;

/// <summary>
/// A change of the topology that an operator asks for. Each may be repeated by whoever does not know what became of it: what is done
/// already is answered as the first time. Its text is how it stands in logs.
/// </summary>
public abstract record TopologyOrder;

/// <inheritdoc cref="TopologyChange.Announce"/>
public sealed record AnnounceOrder(NodeId Node, string Name) : TopologyOrder
{
    public override string ToString() => $"announce {Node} as {Name}";
}

/// <inheritdoc cref="TopologyChange.Forget"/>
public sealed record ForgetOrder(NodeId Node) : TopologyOrder
{
    public override string ToString() => $"forget {Node}";
}

/// <summary>Makes a plan the topology's targets. The plan is made anew of its wishes, and only the very same one is taken.</summary>
/// <param name="PlanId">The id of the plan that the operator saw.</param>
/// <param name="Wishes">The wishes of that plan, in its order.</param>
public sealed record CommitOrder(string PlanId, IReadOnlyList<PlanWish> Wishes) : TopologyOrder
{
    public override string ToString() => $"commit {PlanId}: {string.Join(", ", Wishes)}";
}

/// <inheritdoc cref="TopologyChange.Cancel"/>
public sealed record CancelOrder(long Generation) : TopologyOrder
{
    public override string ToString() => $"cancel {Generation}";
}

/// <summary>What became of a <see cref="TopologyOrder"/>.</summary>
/// <param name="Outcome">Whether it was done.</param>
/// <param name="Version">Version of the topology as it is then; 0 where no quorum told.</param>
/// <param name="Generation">Generation of the topology as it is then.</param>
/// <param name="Refusal">Why it was refused; null in every other case.</param>
public sealed record OrderResult(OrderOutcome Outcome, long Version, long Generation, TopologyRefusal? Refusal);

/// <summary>What became of an order. Written into messages: append only.</summary>
public enum OrderOutcome : byte
{
    /// <summary>The order is done, and a quorum of the system partition holds it.</summary>
    Done = 1,

    /// <summary>There was nothing to do: the order was done before, or what it ends is over.</summary>
    Nothing = 2,

    /// <summary>The order was refused, and changed nothing.</summary>
    Refused = 3,

    /// <summary>No quorum of the system partition answered; nothing was changed.</summary>
    Unavailable = 4,

    /// <summary>No quorum answered in time; the order may have been done, or may yet be.</summary>
    Unknown = 5,
}
