using System.Globalization;

namespace AspireKv.Cluster.Topology;

/// <summary>The number of a node, from 1 to 65,535; it never changes and is never given to another node.</summary>
public readonly record struct NodeId(int Value) : IComparable<NodeId>
{
    /// <summary>The highest number a node can have; ids are written as 16 bits.</summary>
    public const int MaxValue = ushort.MaxValue;

    /// <summary>No node: the owner of the lowest ballot.</summary>
    public static readonly NodeId None;

    /// <summary>
    /// Reads a number as an operator writes it: digits only, and no zero before the others, so that each number has one spelling.
    /// </summary>
    public static bool TryParse(string? text, out NodeId node)
    {
        var isNumber = int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && number is >= 1 and <= MaxValue && text![0] != '0';
        node = isNumber ? new NodeId(number) : None;
        return isNumber;
    }

    /// <inheritdoc cref="TryParse"/>
    /// <exception cref="FormatException">The text is no such number.</exception>
    public static NodeId Parse(string text) =>
        TryParse(text, out var node) ? node : throw new FormatException($"'{text}' is no node number.");

    public int CompareTo(NodeId other) => Value.CompareTo(other.Value);

    public override string ToString() => $"{Value}";
}
