using System.Diagnostics.CodeAnalysis;
using System.IO.Hashing;
using System.Text;

namespace AspireKv.Cluster.Keys;

/// <summary>
/// A key with its namespace, as it is stored: the namespace in ASCII, one zero byte, the bytes of the key. A namespace holds no zero byte,
/// so no two pairs share an encoding. Keys are ordered by their bytes.
/// </summary>
public readonly struct StoreKey : IEquatable<StoreKey>, IComparable<StoreKey>
{
    private readonly byte[] _bytes;
    private readonly int _hashCode;

    /// <param name="bytes">Namespace, zero byte, key; kept, not copied.</param>
    public StoreKey(byte[] bytes)
    {
        _bytes = bytes;
        _hashCode = (int)XxHash3.HashToUInt64(bytes);
    }

    /// <summary>The encoded namespace and key.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes;

    /// <inheritdoc cref="Bytes"/>
    public ReadOnlyMemory<byte> Memory => _bytes;

    /// <summary>The number of bytes of the encoded namespace and key; 0 only for the default, which is before all keys.</summary>
    public int Length => Bytes.Length;

    public static StoreKey Create(string @namespace, ReadOnlySpan<byte> key)
    {
        var bytes = new byte[@namespace.Length + 1 + key.Length];
        Encoding.ASCII.GetBytes(@namespace, bytes);
        key.CopyTo(bytes.AsSpan(@namespace.Length + 1));
        return new StoreKey(bytes);
    }

    public bool Equals(StoreKey other) => _hashCode == other._hashCode && Bytes.SequenceEqual(other.Bytes);

    public int CompareTo(StoreKey other) => Bytes.SequenceCompareTo(other.Bytes);

    public override bool Equals([NotNullWhen(true)] object? obj) => obj is StoreKey other && Equals(other);

    public override int GetHashCode() => _hashCode;

    public static bool operator ==(StoreKey left, StoreKey right) => left.Equals(right);

    public static bool operator !=(StoreKey left, StoreKey right) => !left.Equals(right);

    public static bool operator <(StoreKey left, StoreKey right) => left.CompareTo(right) < 0;

    public static bool operator >(StoreKey left, StoreKey right) => left.CompareTo(right) > 0;

    public static bool operator <=(StoreKey left, StoreKey right) => left.CompareTo(right) <= 0;

    public static bool operator >=(StoreKey left, StoreKey right) => left.CompareTo(right) >= 0;

    /// <summary>The key as text, for logs of rare events and for tests.</summary>
    public override string ToString() => Encoding.UTF8.GetString(Bytes).Replace('\0', '/');
}
