using AspireKv.Cluster.Ring;
using AspireKv.Cluster.Topology;
using AspireKv.Cluster.Versioning;
using Microsoft.Data.Sqlite;

namespace AspireKv.StorageNode.Storage.Sqlite;

/// <summary>One connection that reads, with its prepared statement. Used by one thread at a time.</summary>
internal sealed class SqliteReader : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly SqliteCommand _find;
    private readonly SqliteParameter _partition;
    private readonly SqliteParameter _key;

    public SqliteReader(string connectionString)
    {
        _connection = new SqliteConnection(connectionString);
        _connection.Open();
        _find = _connection.CreateCommand();
        _find.CommandText = """
            SELECT stamp_round, stamp_node, stamp_sequence, revision_round, revision_node, revision_sequence,
                   is_tombstone, content_type, expires_at, value, checksum
            FROM entries WHERE partition = $partition AND key = $key
            """;
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
        if (!reader.Read())
        {
            return null;
        }

        var entry = new Entry
        {
            Stamp = StampAt(reader, 0),
            Revision = StampAt(reader, 3),
            IsTombstone = reader.GetInt64(6) != 0,
            ContentType = reader.IsDBNull(7) ? null : reader.GetString(7),
            ExpiresAtUnixMilliseconds = reader.IsDBNull(8) ? null : reader.GetInt64(8),
            Value = reader.GetFieldValue<byte[]>(9),
        };
        return reader.GetInt64(10) == RowChecksum.Of(partition, key, entry)
            ? entry
            : throw new StorageDamagedException($"A row of partition {partition} in '{_connection.DataSource}' does not fit its checksum.");
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

    private static Stamp StampAt(SqliteDataReader reader, int column) =>
        new(new Ballot(reader.GetInt64(column), new NodeId((int)reader.GetInt64(column + 1))), reader.GetInt64(column + 2));
}
