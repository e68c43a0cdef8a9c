using AspireKv.Cluster.Keys;
using AspireKv.Cluster.Replicas;
using AspireKv.Cluster.Topology;
using AspireKv.Cluster.Versioning;
using AspireKv.Encoding;
using AspireKv.Encoding.Values;
using AspireKv.Storage.Codec;
using Microsoft.Data.Sqlite;

namespace AspireKv.Storage.Sqlite;

/// <summary>One connection that reads, with its prepared statement. Used by one thread at a time.</summary>
internal sealed class SqliteReader : IDisposable
{

    private const int ChecksumColumn = 4;
    private const int EntryColumn = 5;
    private const int KeyColumn = 6;

    private const string EntryColumns = "stamp_round, stamp_node, stamp_sequence, is_tombstone, checksum, entry";

    /// <summary>About what a row takes beside its key and its value.</summary>
    private const int RowOverheadBytes = 64;

    private const int RowsBetweenLooks = 1000;

    private readonly SqliteConnection _connection;
    private readonly SqliteCommand _find;
    private readonly SqliteParameter _partition;
    private readonly SqliteParameter _key;

    public SqliteReader(string connectionString)
    {
        _connection = new SqliteConnection(connectionString);
        _connection.Open();
        _find = _connection.CreateCommand();
        _find.CommandText = $"SELECT {EntryColumns} FROM entries WHERE partition = $partition AND key = $key";
        _partition = _find.Parameters.Add("$partition", SqliteType.Integer);
        _key = _find.Parameters.Add("$key", SqliteType.Blob);
        _find.Prepare();
    }

    /// <exception cref="StorageDamagedException">The row does not fit its checksum.</exception>
    public Entry? Find(int partition, StoreKey key)
    {
        _partition.Value = partition;
        _key.Value = key.Bytes.ToArray();
        using var reader = _find.ExecuteReader();
        return reader.Read() ? EntryAt(reader, partition, key) : null;
    }

    /// <summary>The partitions of which there is anything.</summary>
    public List<int> ListPartitions()
    {
        // A skip scan: one look into the index for each partition instead of one for each row.
        using var command = _connection.CreateCommand();
        command.CommandText = """
            WITH RECURSIVE found (partition) AS (
                SELECT min(partition) FROM entries
                UNION ALL
                SELECT (SELECT min(partition) FROM entries WHERE entries.partition > found.partition) FROM found WHERE found.partition IS NOT NULL)
            SELECT partition FROM found WHERE partition IS NOT NULL
            UNION SELECT partition FROM partitions
            UNION SELECT partition FROM digests
            """;
        using var reader = command.ExecuteReader();
        var partitions = new List<int>();
        while (reader.Read())
        {
            partitions.Add(reader.GetInt32(0));
        }

        return partitions;
    }

    /// <summary>
    /// Reads everything of the partition, as of one moment, and compares it with its checksums and with the digest; returns about how many bytes that were.
    /// </summary>
    /// <param name="partition">The partition.</param>
    /// <param name="goOn">Asked now and then; where it says no the check ends, with null.</param>
    /// <exception cref="StorageDamagedException">Something is not what was written, or is missing.</exception>
    public long? Check(int partition, Func<bool> goOn)
    {
        using var transaction = _connection.BeginTransaction(deferred: true);
        var found = default(PartitionDigest);
        var bytes = 0L;
        using (var command = Prepare($"SELECT {EntryColumns}, key FROM entries WHERE partition = $partition", partition))
        using (var reader = command.ExecuteReader())
        {
            while (reader.Read())
            {
                var key = new StoreKey(reader.GetFieldValue<byte[]>(KeyColumn));
                bytes += key.Length + EntryAt(reader, partition, key).Value.Length;
                found = found.With(reader.GetInt64(ChecksumColumn));
                if (found.Rows % RowsBetweenLooks == 0 && !goOn())
                {
                    return null;
                }
            }
        }

        using (var command = Prepare("SELECT snapshot, checksum FROM partitions WHERE partition = $partition", partition))
        using (var reader = command.ExecuteReader())
        {
            if (reader.Read())
            {
                found = found.With(CheckedSnapshot(partition, reader.GetFieldValue<byte[]>(0), reader.GetInt64(1)));
            }
        }

        var stored = DigestOf(partition);
        return stored == found
            ? bytes + (found.Rows * RowOverheadBytes)
            : throw new StorageDamagedException(
                $"Partition {partition} in '{_connection.DataSource}' has {found.Rows} rows that do not fit its digest, which counts {stored.Rows}.");

        SqliteCommand Prepare(string text, int partition)
        {
            var command = _connection.CreateCommand();
            command.CommandText = text;
            command.Transaction = transaction;
            command.Parameters.AddWithValue("$partition", partition);
            return command;
        }

        PartitionDigest DigestOf(int partition)
        {
            using var command = Prepare("SELECT row_count, digest, checksum FROM digests WHERE partition = $partition", partition);
            using var reader = command.ExecuteReader();
            if (!reader.Read())
            {
                return default;
            }

            var digest = new PartitionDigest(reader.GetInt64(0), reader.GetInt64(1));
            return reader.GetInt64(2) == RowChecksum.Of(partition, digest.Rows, digest.Sum)
                ? digest
                : throw new StorageDamagedException($"The digest of partition {partition} in '{_connection.DataSource}' does not fit its checksum.");
        }
    }

    /// <summary>Lets SQLite look at all of its pages.</summary>
    /// <exception cref="StorageDamagedException">They do not make up a sound database.</exception>
    public void CheckPages()
    {
        using var command = _connection.CreateCommand();
        command.CommandText = "PRAGMA integrity_check(1)";
        if (command.ExecuteScalar() as string is var answer and not "ok")
        {
            throw new StorageDamagedException($"SQLite says of '{_connection.DataSource}': {answer}.");
        }
    }

    /// <summary>The snapshots of all partitions.</summary>
    /// <exception cref="StorageDamagedException">A row does not fit its checksum.</exception>
    public List<KeyValuePair<int, ReplicaSnapshot>> ReadSnapshots()
    {
        using var command = _connection.CreateCommand();
        command.CommandText = "SELECT partition, snapshot, checksum FROM partitions";
        using var reader = command.ExecuteReader();
        var snapshots = new List<KeyValuePair<int, ReplicaSnapshot>>();
        while (reader.Read())
        {
            var partition = reader.GetInt32(0);
            var bytes = reader.GetFieldValue<byte[]>(1);
            CheckedSnapshot(partition, bytes, reader.GetInt64(2));
            snapshots.Add(new(partition, SnapshotCodec.Read(bytes)));
        }

        return snapshots;
    }

    /// <summary>The tombstones with the lowest stamps.</summary>
    public List<(StoreKey Key, Stamp Stamp)> FindTombstones(int partition, int max)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = """
            SELECT stamp_round, stamp_node, stamp_sequence, key FROM entries
            WHERE partition = $partition AND is_tombstone = 1
            ORDER BY stamp_round, stamp_node, stamp_sequence LIMIT $max
            """;
        command.Parameters.AddWithValue("$partition", partition);
        command.Parameters.AddWithValue("$max", max);
        using var reader = command.ExecuteReader();
        var found = new List<(StoreKey, Stamp)>();
        while (reader.Read())
        {
            found.Add((new StoreKey(reader.GetFieldValue<byte[]>(3)), StampAt(reader, 0)));
        }

        return found;
    }

    /// <summary>The first keys after <paramref name="after"/>, in the order of their bytes.</summary>
    public List<StoreKey> ListKeys(int partition, StoreKey after, int max)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = "SELECT key FROM entries WHERE partition = $partition AND key > $after ORDER BY key LIMIT $max";
        command.Parameters.AddWithValue("$partition", partition);
        command.Parameters.AddWithValue("$after", after.Bytes.ToArray());
        command.Parameters.AddWithValue("$max", max);
        using var reader = command.ExecuteReader();
        var found = new List<StoreKey>();
        while (reader.Read())
        {
            found.Add(new StoreKey(reader.GetFieldValue<byte[]>(0)));
        }

        return found;
    }

    public void Dispose()
    {
        _find.Dispose();
        _connection.Dispose();
    }

    private Entry EntryAt(SqliteDataReader reader, int partition, StoreKey key)
    {
        var bytes = reader.GetFieldValue<byte[]>(EntryColumn);
        if (reader.GetInt64(ChecksumColumn) != RowChecksum.Of(partition, key, bytes))
        {
            throw new StorageDamagedException($"A row of partition {partition} in '{_connection.DataSource}' does not fit its checksum.");
        }

        var entryReader = ByteReader.Keeping(bytes);
        var entry = entryReader.ReadEntry();
        entryReader.ExpectEnd();
        return StampAt(reader, 0) == entry.Stamp && (reader.GetInt64(3) != 0) == entry.IsTombstone
            ? entry
            : throw new StorageDamagedException($"A row of partition {partition} in '{_connection.DataSource}' has columns that do not fit its entry.");
    }

    private long CheckedSnapshot(int partition, byte[] snapshot, long checksum) => checksum == RowChecksum.Of(partition, snapshot)
        ? checksum
        : throw new StorageDamagedException($"The state of partition {partition} in '{_connection.DataSource}' does not fit its checksum.");

    private static Stamp StampAt(SqliteDataReader reader, int column) =>
        new(new Ballot(reader.GetInt64(column), new NodeId((int)reader.GetInt64(column + 1))), reader.GetInt64(column + 2));
}
