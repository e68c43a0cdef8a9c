using AspireKv.Cluster.Keys;
using AspireKv.Storage.Failures;
using Microsoft.Data.Sqlite;

namespace AspireKv.Storage.Sqlite;

/// <summary>
/// Reads everything of a partition, as of one moment, and compares it with its checksums and with the digest. Has a connection of its own.
/// </summary>
internal sealed class PartitionCheck : IDisposable
{
    /// <summary>About what a row takes beside its key and its value.</summary>
    private const int RowOverheadBytes = 64;

    private const int RowsBetweenLooks = 1000;

    private readonly SqliteConnection _connection;
    private readonly string _file;

    public PartitionCheck(string connectionString)
    {
        _connection = new SqliteConnection(connectionString);
        _connection.Open();
        _file = _connection.DataSource;
    }

    /// <summary>Returns about how many bytes were read and compared.</summary>
    /// <param name="partition">The partition.</param>
    /// <param name="goOn">Asked now and then; where the answer is no the check ends, with null.</param>
    /// <exception cref="StorageDamagedException">Something is not what was written, or is missing.</exception>
    public long? Run(int partition, Func<bool> goOn)
    {
        using var transaction = _connection.BeginTransaction(deferred: true);
        var found = new PartitionDigest();
        var bytes = 0L;
        using (var command = Prepare(transaction, $"SELECT {StoredRow.Columns}, key FROM entries WHERE partition = $partition", partition))
        using (var reader = command.ExecuteReader())
        {
            while (reader.Read())
            {
                var checksum = StoredRow.NumberAt(reader, StoredRow.ChecksumColumn, _file);
                var key = StoredRow.ToKey(
                    StoredRow.BlobAt(reader, StoredRow.ColumnCount, _file),
                    partition,
                    _file,
                    () => (checksum, StoredRow.BlobAt(reader, StoredRow.EntryColumn, _file)));
                bytes += key.Length + StoredRow.Read(reader, partition, key, _file).Value.Length;
                found.AddEntry(BucketSet.BucketOf(key), checksum);
                if (found.Rows % RowsBetweenLooks == 0 && !goOn())
                {
                    return null;
                }
            }
        }

        using (var command = Prepare(transaction, "SELECT snapshot, checksum FROM partitions WHERE partition = $partition", partition))
        using (var reader = command.ExecuteReader())
        {
            if (reader.Read())
            {
                found.AddSnapshot(
                    StoredRow.CheckSnapshot(
                        partition, StoredRow.BlobAt(reader, 0, _file), StoredRow.NumberAt(reader, 1, _file), _file));
            }
        }

        var stored = DigestOf(transaction, partition);
        return stored.IsSameAs(found)
            ? bytes + (found.Rows * RowOverheadBytes)
            : throw new StorageDamagedException(
                $"Partition {partition} in '{_file}' has {found.Rows} rows that do not fit its digest, "
                    + $"which counts {stored.Rows}.");
    }

    public void Dispose() => _connection.Dispose();

    private PartitionDigest DigestOf(SqliteTransaction transaction, int partition)
    {
        using var command = Prepare(transaction, $"SELECT {DigestRow.Columns} FROM digests WHERE partition = $partition", partition);
        using var reader = command.ExecuteReader();
        return reader.Read() ? DigestRow.Read(reader, partition, _file) : new PartitionDigest();
    }

    private SqliteCommand Prepare(SqliteTransaction transaction, string text, int partition)
    {
        var command = _connection.CreateCommand();
        command.CommandText = text;
        command.Transaction = transaction;
        command.Parameters.AddWithValue("$partition", partition);
        return command;
    }
}
