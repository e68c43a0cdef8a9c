using AspireKv.Cluster.Topology;

namespace AspireKv.Cluster.Lives;

/// <summary>What one node durably remembers of the life of another.</summary>
/// <param name="Node">The other node.</param>
/// <param name="Incarnation">The incarnation that is in force.</param>
/// <param name="Marks">How far that incarnation was seen to have come, by this node or by those that told it; ordered by number.</param>
/// <param name="Past">The incarnations that were replaced, oldest first; none of them ever votes again.</param>
public sealed record KnownLife(NodeId Node, ulong Incarnation, IReadOnlyList<LifeMark> Marks, IReadOnlyList<ulong> Past)
{
    /// <summary>
    /// As many marks as there may be of nodes that saw different starts. Beyond that the newest are kept: they are the ones that old files
    /// do not reach.
    /// </summary>
    public const int MaxMarks = 16;

    /// <summary>As many disks as a node may lose before the first of them, put back, is not known any more.</summary>
    public const int MaxPast = 64;
}
