namespace AspireKv.Storage.Sqlite;

/// <summary>
/// How many rows SQLite holds of a partition, the one of its snapshot included, and the sum of their checksums. Both commit with the rows,
/// so a row that vanished, or came back, is noticed. Sums do not depend on the order, and lose and gain a row without the others.
/// </summary>
internal readonly record struct PartitionDigest(long Rows, long Sum)
{
    public PartitionDigest With(long checksum) => new(Rows + 1, unchecked(Sum + checksum));

    public PartitionDigest Without(long checksum) => new(Rows - 1, unchecked(Sum - checksum));
}
