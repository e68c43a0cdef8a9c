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

    /// <summary>The columns of an entry, in the order in which <see cref="Read"/> takes them; the next column has this number.</summary>
    public const int ColumnCount = 6;

    public const string Columns = "stamp_round, stamp_node, stamp_sequence, is_tombstone, checksum, entry";

    /// <exception cref="StorageDamagedException">The row does not fit its checksum, or its columns do not fit its entry.</exception>
    public static Entry Read(SqliteDataReader reader, int partition, StoreKey key, string file)
    {
        var bytes = reader.GetFieldValue<byte[]>(5);
        if (reader.GetInt64(ChecksumColumn) != RowChecksum.Of(partition, key, bytes))
        {
            throw new StorageDamagedException($"A row of partition {partition} in '{file}' does not fit its checksum.");
        }

        var entryReader = ByteReader.Keeping(bytes);
        var entry = entryReader.ReadEntry();
        entryReader.ExpectEnd();
        return StampAt(reader, 0) == entry.Stamp && (reader.GetInt64(3) != 0) == entry.IsTombstone
            ? entry
            : throw new StorageDamagedException($"A row of partition {partition} in '{file}' has columns that do not fit its entry.");
    }

    /// <summary>The key in this column.</summary>
    /// <exception cref="StorageDamagedException">The bytes are no legal key, so nobody wrote them.</exception>
    public static StoreKey KeyAt(SqliteDataReader reader, int column, int partition, string file) =>
        StoreKey.TryCreate(reader.GetFieldValue<byte[]>(column), out var key, out var fault)
            ? key
            : throw new StorageDamagedException($"A row of partition {partition} in '{file}' has no legal key: {fault}.");

    /// <summary>The stamp in three columns from this one on.</summary>
    public static Stamp StampAt(SqliteDataReader reader, int column) =>
        new(new Ballot(reader.GetInt64(column), new NodeId((int)reader.GetInt64(column + 1))), reader.GetInt64(column + 2));

    /// <summary>Returns the checksum.</summary>
    /// <exception cref="StorageDamagedException">The snapshot does not fit the checksum.</exception>
    public static long CheckSnapshot(int partition, byte[] snapshot, long checksum, string file) =>
        checksum == RowChecksum.Of(partition, snapshot)
            ? checksum
            : throw new StorageDamagedException($"The state of partition {partition} in '{file}' does not fit its checksum.");
}
