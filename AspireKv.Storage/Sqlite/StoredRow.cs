using AspireKv.Cluster.Keys;
using AspireKv.Cluster.Topology;
using AspireKv.Cluster.Versioning;
using AspireKv.Encoding;
using AspireKv.Encoding.Values;
using AspireKv.Storage.Failures;
using Microsoft.Data.Sqlite;

namespace AspireKv.Storage.Sqlite;

/// <summary>Reads the columns of the rows, and never lets one pass that does not fit its checksum.</summary>
internal static class StoredRow
{
    public const int ChecksumColumn = 4;
    public const int EntryColumn = 5;

    /// <summary>The columns of an entry, in the order in which <see cref="Read"/> takes them; the next column has this number.</summary>
    public const int ColumnCount = 6;

    public const string Columns = "stamp_round, stamp_node, stamp_sequence, is_tombstone, checksum, entry";

    /// <exception cref="StorageDamagedException">The row does not fit its checksum, or its columns do not fit its entry.</exception>
    public static Entry Read(SqliteDataReader reader, int partition, StoreKey key, string file)
    {
        var bytes = BlobAt(reader, EntryColumn, file);
        if (NumberAt(reader, ChecksumColumn, file) != RowChecksum.Of(partition, key, bytes))
        {
            throw new StorageDamagedException($"A row of partition {partition} in '{file}' does not fit its checksum.");
        }

        var entryReader = ByteReader.Keeping(bytes);
        var entry = entryReader.ReadEntry();
        entryReader.ExpectEnd();
        return StampAt(reader, 0, file) == entry.Stamp && (NumberAt(reader, 3, file) != 0) == entry.IsTombstone
            ? entry
            : throw new StorageDamagedException($"A row of partition {partition} in '{file}' has columns that do not fit its entry.");
    }

    /// <summary>The key of a row that has these bytes for one.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="partition">The partition.</param>
    /// <param name="file">The file.</param>
    /// <param name="readRow">Returns the checksum and the entry of the row; asked only where the bytes are no legal key.</param>
    /// <exception cref="StorageDamagedException">The bytes are no legal key, and the row does not fit its checksum.</exception>
    /// <exception cref="InvalidDataException">
    /// The row is what was written, but this program would not have written such a key. The other replicas have the same row, so it must
    /// not cost any of them its files.
    /// </exception>
    public static StoreKey ToKey(byte[] bytes, int partition, string file, Func<(long Checksum, byte[] Entry)?> readRow)
    {
        if (StoreKey.TryCreate(bytes, out var key, out var fault))
        {
            return key;
        }

        var message = $"A row of partition {partition} in '{file}' has no legal key: {fault}.";
        throw readRow() is { } row && row.Checksum == RowChecksum.Of(partition, bytes, row.Entry)
            ? new InvalidDataException(message)
            : new StorageDamagedException(message);
    }

    /// <summary>The stamp in three columns from this one on.</summary>
    /// <exception cref="StorageDamagedException">One of them holds nothing.</exception>
    public static Stamp StampAt(SqliteDataReader reader, int column, string file)
    {
        var node = new NodeId((int)NumberAt(reader, column + 1, file));
        return new Stamp(new Ballot(NumberAt(reader, column, file), node), NumberAt(reader, column + 2, file));
    }

    /// <summary>The number of a partition in this column.</summary>
    /// <exception cref="StorageDamagedException">The row is none that could have been written.</exception>
    public static int PartitionAt(SqliteDataReader reader, int column, string file) =>
        NumberAt(reader, column, file) is >= 0 and < ValueLimits.MaxPartitions and var partition
            ? (int)partition
            : throw new StorageDamagedException($"A row in '{file}' is of a partition that there cannot be.");

    /// <exception cref="StorageDamagedException">There is no value, and none was ever written.</exception>
    public static long NumberAt(SqliteDataReader reader, int column, string file) =>
        reader.IsDBNull(column) ? throw Lacks(reader, column, file) : reader.GetInt64(column);

    /// <inheritdoc cref="NumberAt"/>
    public static byte[] BlobAt(SqliteDataReader reader, int column, string file) =>
        reader.IsDBNull(column) ? throw Lacks(reader, column, file) : reader.GetFieldValue<byte[]>(column);

    /// <summary>Returns the checksum.</summary>
    /// <exception cref="StorageDamagedException">The snapshot does not fit the checksum.</exception>
    public static long CheckSnapshot(int partition, byte[] snapshot, long checksum, string file) =>
        checksum == RowChecksum.Of(partition, snapshot)
            ? checksum
            : throw new StorageDamagedException($"The state of partition {partition} in '{file}' does not fit its checksum.");

    private static StorageDamagedException Lacks(SqliteDataReader reader, int column, string file) =>
        new($"A row in '{file}' lacks its {reader.GetName(column)}.");
}
