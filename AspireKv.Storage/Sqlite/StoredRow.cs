using AspireKv.Cluster.Keys;
using AspireKv.Cluster.Topology;
using AspireKv.Cluster.Versioning;
using AspireKv.Storage.Failures;
using Microsoft.Data.Sqlite;

namespace AspireKv.Storage.Sqlite;

/// <summary>Reads the columns of the rows, and never lets one pass that does not fit its checksum.</summary>
internal static class StoredRow
{
    public const int ChecksumColumn = 10;

    /// <summary>The columns of an entry, in the order in which <see cref="Read"/> takes them; the next column has this number.</summary>
    public const int ColumnCount = 11;

    public const string Columns =
        "stamp_round, stamp_node, stamp_sequence, revision_round, revision_node, revision_sequence, "
        + "is_tombstone, content_type, expires_at, value, checksum";

    /// <exception cref="StorageDamagedException">The row does not fit its checksum.</exception>
    public static Entry Read(SqliteDataReader reader, int partition, StoreKey key, string file)
    {
        var entry = new Entry
        {
            Stamp = StampAt(reader, 0),
            Revision = StampAt(reader, 3),
            IsTombstone = reader.GetInt64(6) != 0,
            ContentType = reader.IsDBNull(7) ? null : reader.GetString(7),
            ExpiresAtUnixMilliseconds = reader.IsDBNull(8) ? null : reader.GetInt64(8),
            Value = reader.GetFieldValue<byte[]>(9),
        };
        return reader.GetInt64(ChecksumColumn) == RowChecksum.Of(partition, key, entry)
            ? entry
            : throw new StorageDamagedException($"A row of partition {partition} in '{file}' does not fit its checksum.");
    }

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
