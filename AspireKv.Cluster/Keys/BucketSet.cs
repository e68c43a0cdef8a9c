using System.IO.Hashing;
using System.Numerics;

namespace AspireKv.Cluster.Keys;

/// <summary>
/// Some of the 256 buckets of a partition. The bucket of a key is the low byte of the 64-bit XXH3 of all its bytes; a <c>{tag}</c>, which
/// keeps keys in one partition, does not keep them in one bucket.
/// </summary>
/// <param name="A">Buckets 0 to 63, one bit each.</param>
/// <param name="B">Buckets 64 to 127.</param>
/// <param name="C">Buckets 128 to 191.</param>
/// <param name="D">Buckets 192 to 255.</param>
public readonly record struct BucketSet(ulong A, ulong B, ulong C, ulong D)
{
    /// <summary>How many buckets a partition has.</summary>
    public const int BucketCount = 256;

    private const int BitsPerWord = 64;

    public static BucketSet All => new(ulong.MaxValue, ulong.MaxValue, ulong.MaxValue, ulong.MaxValue);

    public bool IsEmpty => (A | B | C | D) == 0;

    public int Count => BitOperations.PopCount(A) + BitOperations.PopCount(B) + BitOperations.PopCount(C) + BitOperations.PopCount(D);

    /// <summary>The bucket of the key, from 0 to 255.</summary>
    public static int BucketOf(StoreKey key) => (byte)key.GetHashCode();

    /// <summary>The bucket of a key of which only the bytes are at hand, legal or not.</summary>
    public static int BucketOf(ReadOnlySpan<byte> key) => (byte)XxHash3.HashToUInt64(key);

    public bool Contains(int bucket) => (Word(bucket / BitsPerWord) >> (bucket % BitsPerWord) & 1) != 0;

    public bool Contains(StoreKey key) => Contains(BucketOf(key));

    public BucketSet With(int bucket)
    {
        var bit = 1UL << (bucket % BitsPerWord);
        return (bucket / BitsPerWord) switch
        {
            0 => this with { A = A | bit },
            1 => this with { B = B | bit },
            2 => this with { C = C | bit },
            3 => this with { D = D | bit },
            _ => throw new ArgumentOutOfRangeException(nameof(bucket), bucket, "There are 256 buckets."),
        };
    }

    public BucketSet Union(BucketSet other) => new(A | other.A, B | other.B, C | other.C, D | other.D);

    private ulong Word(int index) => index switch
    {
        0 => A,
        1 => B,
        2 => C,
        3 => D,
        _ => throw new ArgumentOutOfRangeException(nameof(index), index, "There are 256 buckets."),
    };
}
