using AspireKv.Cluster.Keys;

namespace AspireKv.Storage.Sqlite;

/// <summary>
/// How many rows SQLite holds of a partition, the one of its snapshot included, and the sum of their checksums; of the entries alone also
/// bucket by bucket, for whoever compares this replica with others. All of it commits with the rows, so a row that vanished, or came back,
/// is noticed. Sums do not depend on the order, and lose and gain a row without the others. Also what a transaction adds to that, where
/// numbers may be below zero.
/// </summary>
internal sealed class PartitionDigest(long rows = 0, long sum = 0, BucketSums? buckets = null)
{
    /// <summary>Made for the first entry: many a transaction changes nothing but snapshots.</summary>
    private BucketSums? _buckets = buckets;

    public long Rows { get; private set; } = rows;

    /// <summary>Wraps around.</summary>
    public long Sum { get; private set; } = sum;

    /// <summary>Of the entries, without the snapshot.</summary>
    public BucketSums Buckets => _buckets ??= new BucketSums();

    /// <summary>False where no rows have such a digest.</summary>
    public bool IsPossible => Rows >= 0 && Buckets.IsPossible;

    public void AddEntry(int bucket, long checksum)
    {
        Change(1, checksum);
        Buckets.Change(bucket, 1, checksum);
    }

    public void RemoveEntry(int bucket, long checksum)
    {
        Change(-1, -checksum);
        Buckets.Change(bucket, -1, -checksum);
    }

    public void AddSnapshot(long checksum) => Change(1, checksum);

    public void RemoveSnapshot(long checksum) => Change(-1, -checksum);

    public void Add(PartitionDigest changes)
    {
        Change(changes.Rows, changes.Sum);
        if (changes._buckets is { } added)
        {
            Buckets.Add(added);
        }
    }

    /// <summary>True when both say the same of all rows.</summary>
    public bool IsSameAs(PartitionDigest other) =>
        (Rows, Sum) == (other.Rows, other.Sum) && Buckets.DifferencesFrom(other.Buckets).IsEmpty;

    private void Change(long rows, long sum) => (Rows, Sum) = (Rows + rows, unchecked(Sum + sum));
}
