using AspireKv.Cluster.Topology;

namespace AspireKv.Cluster.Membership;

/// <summary>What an operator wants of the topology. Its text is how it is written in commands, such as <c>add 4</c>.</summary>
public abstract record PlanWish;

/// <summary>The node takes its share of the partitions.</summary>
public sealed record AddWish(NodeId Node) : PlanWish
{
    public override string ToString() => $"add {Node}";
}

/// <summary>The node is given nothing any more, and what it holds goes to others.</summary>
public sealed record DrainWish(NodeId Node) : PlanWish
{
    public override string ToString() => $"drain {Node}";
}

/// <summary>As <see cref="DrainWish"/>, and then the node is no member any more.</summary>
public sealed record RemoveWish(NodeId Node) : PlanWish
{
    public override string ToString() => $"remove {Node}";
}

/// <summary>Another node, which holds nothing yet, takes exactly the places of the node.</summary>
public sealed record ReplaceWish(NodeId Node, NodeId By) : PlanWish
{
    public override string ToString() => $"replace {Node} by {By}";
}

/// <summary>Each partition of keys lives on so many nodes.</summary>
public sealed record ReplicationWish(int Factor) : PlanWish
{
    public override string ToString() => $"replication {Factor}";
}

/// <summary>The system partition lives on these nodes, the preferred coordinator first.</summary>
public sealed record SystemWish(IReadOnlyList<NodeId> Nodes) : PlanWish
{
    public override string ToString() => $"system {string.Join(',', Nodes)}";
}

/// <summary>The nodes lead equally many partitions, and hold what they hold.</summary>
public sealed record OrderWish : PlanWish
{
    public override string ToString() => "order";
}
