using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.IO.Hashing;
using System.Text;

namespace AspireKv.Cluster.Keys;

/// <summary>
/// A key with its namespace, as it is stored: the namespace in ASCII, one zero byte, the bytes of the key. A namespace holds no zero byte,
/// so no two pairs share an encoding. Keys are ordered by their bytes.
/// </summary>
/// <remarks>
/// Every value but the default, which stands before all keys, is a legal key: this type alone says what is one. A namespace matches
/// <c>[a-z0-9][a-z0-9-]{0,62}</c>, and the key has 1 to 1,024 bytes, whatever they are; an API may demand more of them.
/// </remarks>
public readonly struct StoreKey : IEquatable<StoreKey>, IComparable<StoreKey>
{
    public const int MaxNamespaceBytes = 63;

    /// <summary>Bytes of the longest key, its namespace not counted.</summary>
    public const int MaxKeyBytes = 1024;

    /// <summary>Bytes of the longest namespace and key as they are stored.</summary>
    public const int MaxBytes = MaxNamespaceBytes + 1 + MaxKeyBytes;

    private const string NamespaceCharacters = "abcdefghijklmnopqrstuvwxyz0123456789-";

    private static readonly SearchValues<char> NamespaceText = SearchValues.Create(NamespaceCharacters);
    private static readonly SearchValues<byte> NamespaceBytes = SearchValues.Create(Encoding.ASCII.GetBytes(NamespaceCharacters));

    private readonly byte[] _bytes;
    private readonly int _hashCode;

    /// <param name="bytes">Namespace, zero byte, key; kept, not copied.</param>
    /// <exception cref="ArgumentException">The bytes are no legal key. Bytes from outside go through <see cref="TryCreate"/>.</exception>
    public StoreKey(byte[] bytes)
        : this(bytes, FindFault(bytes))
    {
    }

    private StoreKey(byte[] bytes, string? fault)
    {
        if (fault is not null)
        {
            throw new ArgumentException($"This is no legal key: {fault}.", nameof(bytes));
        }

        _bytes = bytes;
        _hashCode = (int)XxHash3.HashToUInt64(bytes);
    }

    /// <summary>The encoded namespace and key.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes;

    /// <inheritdoc cref="Bytes"/>
    public ReadOnlyMemory<byte> Memory => _bytes;

    /// <summary>The number of bytes of the encoded namespace and key; 0 only for the default, which is before all keys.</summary>
    public int Length => Bytes.Length;

    /// <summary>True for the text of a legal namespace.</summary>
    public static bool IsNamespace(ReadOnlySpan<char> text) =>
        text.Length is > 0 and <= MaxNamespaceBytes && text[0] != '-' && !text.ContainsAnyExcept(NamespaceText);

    /// <exception cref="ArgumentException">Namespace or key is not legal.</exception>
    public static StoreKey Create(string @namespace, ReadOnlySpan<byte> key)
    {
        if (!IsNamespace(@namespace))
        {
            throw new ArgumentException($"'{@namespace}' is no legal namespace.", nameof(@namespace));
        }

        var bytes = new byte[@namespace.Length + 1 + key.Length];
        Encoding.ASCII.GetBytes(@namespace, bytes);
        key.CopyTo(bytes.AsSpan(@namespace.Length + 1));
        return new StoreKey(bytes);
    }

    /// <summary>Takes bytes from outside, of which nothing is known.</summary>
    /// <param name="bytes">Namespace, zero byte, key; kept, not copied.</param>
    /// <param name="key">The key, or the default.</param>
    /// <param name="fault">Half a sentence about why the bytes are no legal key, or null.</param>
    public static bool TryCreate(byte[] bytes, out StoreKey key, [NotNullWhen(false)] out string? fault)
    {
        fault = FindFault(bytes);
        key = fault is null ? new StoreKey(bytes, fault) : default;
        return fault is null;
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

    private static string? FindFault(ReadOnlySpan<byte> bytes)
    {
        var separator = bytes.IndexOf((byte)0);
        if (separator is <= 0 or > MaxNamespaceBytes || bytes[0] == '-' || bytes[..separator].ContainsAnyExcept(NamespaceBytes))
        {
            return "it begins with no namespace";
        }

        return (bytes.Length - separator - 1) switch
        {
            0 => "nothing follows its namespace",
            > MaxKeyBytes and var length => $"{length} bytes follow its namespace, and at most {MaxKeyBytes} are legal",
            _ => null,
        };
    }
}
