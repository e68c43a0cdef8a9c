namespace AspireKv.Cluster.Keys;

/// <summary>
/// What one replica holds of a partition, in brief: for each of the 256 buckets how many entries there are, tombstones too, and the sum of
/// their checksums. Two replicas that hold the same entries have the same sums; two that do not differ in some bucket, but for one chance
/// in 2^64 each. A sum does not depend on an order, and loses and gains one entry without a look at the others. Immutable once shared.
/// </summary>
public sealed class BucketSums
{
    private readonly int[] _counts = new int[BucketSet.BucketCount];
    private readonly long[] _sums = new long[BucketSet.BucketCount];

    /// <summary>Entries of each bucket.</summary>
    public ReadOnlySpan<int> Counts => _counts;

    /// <summary>The sums of their checksums, which wrap around.</summary>
    public ReadOnlySpan<long> Sums => _sums;

    /// <summary>False where a bucket holds less than nothing, or nothing with a sum: there are no such entries.</summary>
    public bool IsPossible
    {
        get
        {
            for (var bucket = 0; bucket < BucketSet.BucketCount; bucket++)
            {
                if (_counts[bucket] < 0 || (_counts[bucket] == 0 && _sums[bucket] != 0))
                {
                    return false;
                }
            }

            return true;
        }
    }

    /// <summary>Sets one bucket, as read from a disk or a message.</summary>
    public void Set(int bucket, int count, long sum) => (_counts[bucket], _sums[bucket]) = (count, sum);

    /// <param name="key">The key of an entry that is there now.</param>
    /// <param name="checksum">Of the entry with its key: the same number at every replica.</param>
    public void Add(StoreKey key, long checksum) => Change(BucketSet.BucketOf(key), 1, checksum);

    /// <param name="key">The key of an entry that is gone.</param>
    /// <param name="checksum">As it was added.</param>
    public void Remove(StoreKey key, long checksum) => Change(BucketSet.BucketOf(key), -1, -checksum);

    /// <summary>Adds what changed in another account of the same partition, whose counts may be below zero.</summary>
    public void Add(BucketSums changes)
    {
        for (var bucket = 0; bucket < BucketSet.BucketCount; bucket++)
        {
            Change(bucket, changes._counts[bucket], changes._sums[bucket]);
        }
    }

    /// <summary>The buckets in which the other replica holds something else.</summary>
    public BucketSet DifferencesFrom(BucketSums other)
    {
        var different = default(BucketSet);
        for (var bucket = 0; bucket < BucketSet.BucketCount; bucket++)
        {
            if (_counts[bucket] != other._counts[bucket] || _sums[bucket] != other._sums[bucket])
            {
                different = different.With(bucket);
            }
        }

        return different;
    }

    /// <summary>Adds to one bucket so many entries with this sum; both may be below zero.</summary>
    public void Change(int bucket, int count, long sum)
    {
        _counts[bucket] += count;
        _sums[bucket] = unchecked(_sums[bucket] + sum);
    }
}
