using AspireKv.Cluster.Keys;
using AspireKv.Cluster.Messages;
using AspireKv.Cluster.Replicas;
using AspireKv.Cluster.Versioning;
using AspireKv.Storage.Codec;
using AspireKv.Storage.Failures;
using Microsoft.Data.Sqlite;

namespace AspireKv.Storage.Sqlite;

/// <summary>One connection that reads, with its prepared statement. Used by one thread at a time.</summary>
internal sealed class SqliteReader : IDisposable
{
    /// <summary>A page of keys ends after so many rows for each key that it may have, so that none takes long.</summary>
    private const int LooksPerListedKey = 16;

    /// <summary>So many rows stand for all of a partition where bytes are reckoned.</summary>
    private const int SampledRows = 100;

    private readonly SqliteConnection _connection;
    private readonly string _file;
    private readonly SqliteCommand _find;
    private readonly SqliteParameter _partition;
    private readonly SqliteParameter _key;

    public SqliteReader(string connectionString)
    {
        _connection = new SqliteConnection(connectionString);
        _connection.Open();
        _file = _connection.DataSource;
        _find = _connection.CreateCommand();
        _find.CommandText = $"SELECT {StoredRow.Columns} FROM entries WHERE partition = $partition AND key = $key";
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
        return reader.Read() ? StoredRow.Read(reader, partition, key, _file) : null;
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
                SELECT (SELECT min(partition) FROM entries WHERE entries.partition > found.partition)
                FROM found WHERE found.partition IS NOT NULL)
            SELECT partition FROM found WHERE partition IS NOT NULL
            UNION SELECT partition FROM partitions
            UNION SELECT partition FROM digests
            """;
        using var reader = command.ExecuteReader();
        var partitions = new List<int>();
        while (reader.Read())
        {
            partitions.Add(StoredRow.PartitionAt(reader, 0, _file));
        }

        return partitions;
    }

    /// <summary>Lets SQLite look at all of its pages.</summary>
    /// <exception cref="StorageDamagedException">The pages do not make up a sound database.</exception>
    public void CheckPages()
    {
        using var command = _connection.CreateCommand();
        command.CommandText = "PRAGMA integrity_check(1)";
        if (command.ExecuteScalar() as string is var answer and not "ok")
        {
            throw new StorageDamagedException($"SQLite says of '{_file}': {answer}.");
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
            var partition = StoredRow.PartitionAt(reader, 0, _file);
            var bytes = StoredRow.BlobAt(reader, 1, _file);
            StoredRow.CheckSnapshot(partition, bytes, StoredRow.NumberAt(reader, 2, _file), _file);
            snapshots.Add(new(partition, SnapshotCodec.Read(bytes)));
        }

        return snapshots;
    }

    /// <summary>The tombstones with the lowest stamps.</summary>
    /// <exception cref="StorageDamagedException">A row has no legal key.</exception>
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
            found.Add((KeyAt(reader, 3, partition), StoredRow.StampAt(reader, 0, _file)));
        }

        return found;
    }

    /// <summary>How many tombstones the partition has.</summary>
    public long CountTombstones(int partition)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = "SELECT COUNT(*) FROM entries WHERE partition = $partition AND is_tombstone = 1";
        command.Parameters.AddWithValue("$partition", partition);
        return (long)command.ExecuteScalar()!;
    }

    /// <summary>
    /// The first keys of these buckets after <paramref name="after"/>, with their stamps, in the order of their bytes. Ends after a bounded
    /// number of rows, with however few keys.
    /// </summary>
    /// <exception cref="StorageDamagedException">A row has no legal key.</exception>
    public KeyPage ListKeys(int partition, StoreKey after, BucketSet buckets, int max)
    {
        var maxLooks = Math.Min((long)max * LooksPerListedKey, int.MaxValue);
        using var command = _connection.CreateCommand();
        command.CommandText = """
            SELECT stamp_round, stamp_node, stamp_sequence, key FROM entries
            WHERE partition = $partition AND key > $after ORDER BY key LIMIT $max
            """;
        command.Parameters.AddWithValue("$partition", partition);
        command.Parameters.AddWithValue("$after", after.Bytes.ToArray());
        command.Parameters.AddWithValue("$max", maxLooks + 1);
        using var reader = command.ExecuteReader();
        var found = new List<ListedKey>();
        var upTo = after;
        for (var looks = 0L; reader.Read(); looks++)
        {
            if (found.Count == max || looks == maxLooks)
            {
                return new KeyPage(found, upTo);
            }

            upTo = KeyAt(reader, 3, partition);
            if (buckets.Contains(upTo))
            {
                found.Add(new ListedKey(upTo, StoredRow.StampAt(reader, 0, _file)));
            }
        }

        return new KeyPage(found, default);
    }

    /// <summary>The mean bytes of the first rows of the partition, with their keys; 0 when it has none.</summary>
    public double MeanRowBytes(int partition)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = """
            SELECT AVG(bytes) FROM (SELECT LENGTH(key) + LENGTH(entry) AS bytes FROM entries WHERE partition = $partition LIMIT $rows)
            """;
        command.Parameters.AddWithValue("$partition", partition);
        command.Parameters.AddWithValue("$rows", SampledRows);
        return command.ExecuteScalar() is double mean ? mean : 0;
    }

    /// <inheritdoc cref="StoredSums.Read"/>
    public BucketSums? SumBuckets(
        int partition, IEnumerable<StoreKey> keys, Func<StoreKey, Stamp, bool> isHidden, Func<bool> isCurrent) =>
        new StoredSums(_connection, partition).Read(keys, isHidden, isCurrent);

    public void Dispose()
    {
        _find.Dispose();
        _connection.Dispose();
    }

    private StoreKey KeyAt(SqliteDataReader reader, int column, int partition)
    {
        var bytes = StoredRow.BlobAt(reader, column, _file);
        return StoredRow.ToKey(bytes, partition, _file, () => ReadRow(partition, bytes));
    }

    private (long Checksum, byte[] Entry)? ReadRow(int partition, byte[] key)
    {
        _partition.Value = partition;
        _key.Value = key;
        using var reader = _find.ExecuteReader();
        return reader.Read()
            ? (StoredRow.NumberAt(reader, StoredRow.ChecksumColumn, _file), StoredRow.BlobAt(reader, StoredRow.EntryColumn, _file))
            : null;
    }
}
