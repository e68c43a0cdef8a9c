namespace AspireKv.Cluster.Topology;

/// <summary>The number of a node, from 1 to 65,535; it never changes and is never given to another node.</summary>
public readonly record struct NodeId(int Value) : IComparable<NodeId>
{
    /// <summary>The highest number a node can have; ids are written as 16 bits.</summary>
    public const int MaxValue = ushort.MaxValue;

    /// <summary>No node: the owner of the lowest ballot.</summary>
    public static readonly NodeId None;

    public int CompareTo(NodeId other) => Value.CompareTo(other.Value);

    public override string ToString() => $"{Value}";
}
