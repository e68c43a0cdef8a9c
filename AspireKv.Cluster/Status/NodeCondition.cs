using AspireKv.Cluster.Topology;

namespace AspireKv.Cluster.Status;

/// <summary>What a node tells whoever pings it of how it is.</summary>
/// <param name="Unreached">
/// The members that did not answer the node within the time in which it would suspect them; empty when it reaches everybody.
/// </param>
/// <param name="Disk">How its disk is.</param>
public sealed record NodeCondition(IReadOnlyList<NodeId> Unreached, DiskCondition Disk)
{
    /// <summary>A node to which nothing is the matter.</summary>
    public static NodeCondition Well { get; } = new([], default);

    /// <summary>True where the node said that it reaches the other.</summary>
    public bool Reaches(NodeId node) => !Unreached.Contains(node);
}
