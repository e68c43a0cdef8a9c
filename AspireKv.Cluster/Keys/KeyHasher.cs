using System.IO.Hashing;

namespace AspireKv.Cluster.Keys;

/// <summary>
/// The hash that says where a key lives: 64-bit XXH3 with seed 0 over the namespace, a zero byte and the key. Where the key holds a
/// non-empty <c>{tag}</c>, only what stands between its first <c>{</c> and the next <c>}</c> is hashed in place of the key, so that related
/// keys can live together.
/// </summary>
/// <remarks>
/// Every stored key is where this function put it: another result for any key is another
/// <see cref="Membership.FoundingRecord.CurrentHashVersion"/>.
/// </remarks>
internal static class KeyHasher
{
    /// <summary>Longer keys are rare, and are put together on the heap.</summary>
    private const int StackBytes = 256;

    public static ulong Hash(StoreKey key)
    {
        var bytes = key.Bytes;
        var keyStart = bytes.IndexOf((byte)0) + 1;
        var tag = FindTag(bytes[keyStart..]);
        if (tag.IsEmpty)
        {
            return XxHash3.HashToUInt64(bytes);
        }

        var length = keyStart + tag.Length;
        var tagged = length <= StackBytes ? stackalloc byte[length] : new byte[length];
        bytes[..keyStart].CopyTo(tagged);
        tag.CopyTo(tagged[keyStart..]);
        return XxHash3.HashToUInt64(tagged);
    }

    private static ReadOnlySpan<byte> FindTag(ReadOnlySpan<byte> key)
    {
        var open = key.IndexOf((byte)'{');
        if (open < 0)
        {
            return [];
        }

        var rest = key[(open + 1)..];
        var close = rest.IndexOf((byte)'}');
        return close < 0 ? [] : rest[..close];
    }
}
