using System.Numerics;

namespace AspireKv.Cluster.Keys;

/// <summary>
/// Cuts the hashed key space into equal ranges: the partition of a key is the top bits of its hash. The number of ranges is fixed when the
/// cluster is founded.
/// </summary>
public sealed class PartitionMap
{
    public const int MaxCount = 65_536;

    private readonly int _bits;

    /// <param name="count">How many partitions there are; a power of two from 1 to 65,536.</param>
    public PartitionMap(int count)
    {
        if (!IsValidCount(count))
        {
            throw new ArgumentOutOfRangeException(nameof(count), count, $"Must be a power of two from 1 to {MaxCount}.");
        }

        Count = count;
        _bits = BitOperations.Log2((uint)count);
    }

    public int Count { get; }

    public static bool IsValidCount(int count) => count is >= 1 and <= MaxCount && BitOperations.IsPow2(count);

    public int PartitionOf(StoreKey key) => PartitionOf(KeyHasher.Hash(key));

    // In two steps, since a shift by 64, which a single partition would need, does nothing.
    public int PartitionOf(ulong hash) => (int)(hash >> 1 >> (63 - _bits));

    /// <summary>The range of hashes of the partition with this number.</summary>
    public Partition GetPartition(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Count);
        var last = ulong.MaxValue >> _bits;
        var start = (ulong)index * (last + 1);
        return new Partition(index, start, start + last);
    }
}
