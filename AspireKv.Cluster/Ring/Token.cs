using System.Buffers.Binary;
using System.IO.Hashing;
using AspireKv.Cluster.Topology;

namespace AspireKv.Cluster.Ring;

/// <summary>A place on the ring of all hashes, ordered by its position.</summary>
internal readonly record struct Token(ulong Position) : IComparable<Token>
{
    /// <summary>
    /// The token of one virtual node: 64-bit XXH3 with seed 0 over the node's number and the virtual node's, each as four bytes,
    /// little-endian.
    /// </summary>
    public static Token Of(NodeId node, int virtualNode)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, node.Value);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[4..], virtualNode);
        return new Token(XxHash3.HashToUInt64(bytes));
    }

    public int CompareTo(Token other) => Position.CompareTo(other.Position);

    public static bool operator <(Token left, Token right) => left.Position < right.Position;

    public static bool operator >(Token left, Token right) => left.Position > right.Position;

    public static bool operator <=(Token left, Token right) => left.Position <= right.Position;

    public static bool operator >=(Token left, Token right) => left.Position >= right.Position;
}
