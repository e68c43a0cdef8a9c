using AspireKv.Cluster.Keys;
using AspireKv.Cluster.Replicas;
using AspireKv.Cluster.Versioning;
using AspireKv.Encoding;
using AspireKv.Encoding.Values;
using AspireKv.Storage.Codec;
using AspireKv.Storage.Failures;
using AspireKv.Storage.Observers;
using Microsoft.Data.Sqlite;

namespace AspireKv.Storage.Sqlite;

/// <summary>One transaction that changes SQLite. What was not committed when it is disposed is undone.</summary>
/// <param name="file">Where to.</param>
/// <param name="observer">Hears of each call before it is made.</param>
internal sealed class SqliteWriter(SqliteFile file, IStorageObserver observer) : IDisposable
{
    private readonly SqliteTransaction _transaction = file.Connection.BeginTransaction();

    /// <summary>What the rows changed in this transaction add to the digests of their partitions.</summary>
    private readonly Dictionary<int, PartitionDigest> _changes = [];
    private readonly ByteWriter _encoded = new();
    private SqliteCommand? _find;
    private SqliteCommand? _put;
    private SqliteCommand? _delete;
    private SqliteCommand? _deleteStamp;

    public void Put(int partition, StoreKey key, Entry entry)
    {
        _put ??= Prepare(
            """
            INSERT OR REPLACE INTO entries VALUES (
                $partition, $key, $checksum, $is_tombstone, $stamp_round, $stamp_node, $stamp_sequence, $entry)
            """,
            "$partition", "$key", "$checksum", "$is_tombstone", "$stamp_round", "$stamp_node", "$stamp_sequence", "$entry");
        _find ??= Prepare("SELECT checksum FROM entries WHERE partition = $partition AND key = $key", "$partition", "$key");
        var keyBytes = key.Bytes.ToArray();
        _encoded.Clear();
        _encoded.WriteEntry(entry);
        var entryBytes = _encoded.Written.ToArray();
        var checksum = RowChecksum.Of(partition, key, entryBytes);
        var bucket = BucketSet.BucketOf(key);
        ForgetEntries(partition, bucket, _find, partition, keyBytes);
        ChangesOf(partition).AddEntry(bucket, checksum);
        Execute(
            _put,
            partition, keyBytes, checksum, entry.IsTombstone ? 1 : 0,
            entry.Stamp.Ballot.Round, entry.Stamp.Ballot.Node.Value, entry.Stamp.Sequence, entryBytes);
    }

    public void Delete(int partition, StoreKey key)
    {
        _delete ??= Prepare("DELETE FROM entries WHERE partition = $partition AND key = $key RETURNING checksum", "$partition", "$key");
        ForgetEntries(partition, BucketSet.BucketOf(key), _delete, partition, key.Bytes.ToArray());
    }

    public void Delete(int partition, StoreKey key, Stamp stamp)
    {
        _deleteStamp ??= Prepare(
            """
            DELETE FROM entries WHERE partition = $partition AND key = $key
                AND stamp_round = $round AND stamp_node = $node AND stamp_sequence = $sequence
            RETURNING checksum
            """,
            "$partition", "$key", "$round", "$node", "$sequence");
        ForgetEntries(
            partition, BucketSet.BucketOf(key), _deleteStamp,
            partition, key.Bytes.ToArray(), stamp.Ballot.Round, stamp.Ballot.Node.Value, stamp.Sequence);
    }

    /// <summary>Deletes up to <paramref name="max"/> rows of the partition; returns how many there were.</summary>
    public int DeleteSome(int partition, int max)
    {
        using var command = Prepare(
            """
            DELETE FROM entries WHERE partition = $partition AND key IN (SELECT key FROM entries WHERE partition = $partition LIMIT $max)
            RETURNING checksum, key
            """,
            "$partition", "$max");
        return ForgetEntries(partition, null, command, partition, max);
    }

    public void Put(int partition, ReplicaSnapshot snapshot)
    {
        _encoded.Clear();
        SnapshotCodec.Write(_encoded, snapshot);
        var bytes = _encoded.Written.ToArray();
        var checksum = RowChecksum.Of(partition, bytes);
        using var find = Prepare("SELECT checksum FROM partitions WHERE partition = $partition", "$partition");
        Bind(find, [partition]);
        var changes = ChangesOf(partition);
        if (find.ExecuteScalar() is long before)
        {
            changes.RemoveSnapshot(before);
        }

        changes.AddSnapshot(checksum);
        using var command = Prepare(
            "INSERT OR REPLACE INTO partitions VALUES ($partition, $snapshot, $checksum)", "$partition", "$snapshot", "$checksum");
        Execute(command, partition, bytes, checksum);
    }

    public void SetApplied(long position)
    {
        using var command = Prepare("UPDATE meta SET applied_position = $position, checksum = $checksum", "$position", "$checksum");
        Execute(command, position, RowChecksum.OfMeta(file.Identity, position));
    }

    /// <summary>Returns once all of it is on stable storage.</summary>
    public void Commit()
    {
        PutDigests();
        observer.BeforeSqliteCall(SqliteCall.Commit);
        _transaction.Commit();
    }

    public void Dispose()
    {
        _find?.Dispose();
        _put?.Dispose();
        _delete?.Dispose();
        _deleteStamp?.Dispose();
        _transaction.Dispose();
    }

    private void PutDigests()
    {
        using var find = Prepare($"SELECT {DigestRow.Columns} FROM digests WHERE partition = $partition", "$partition");
        using var put = Prepare(
            "INSERT OR REPLACE INTO digests VALUES ($partition, $row_count, $digest, $checksum, $buckets)",
            "$partition", "$row_count", "$digest", "$checksum", "$buckets");
        foreach (var (partition, changes) in _changes)
        {
            find.Parameters[0].Value = partition;
            var digest = new PartitionDigest();
            using (var reader = find.ExecuteReader())
            {
                if (reader.Read())
                {
                    // Compared, so that harmed sums are not written anew under a checksum that fits them.
                    digest = DigestRow.Read(reader, partition, file.Connection.DataSource);
                }
            }

            digest.Add(changes);
            if (!digest.IsPossible)
            {
                throw new StorageDamagedException(
                    $"Rows of partition {partition} in '{file.Connection.DataSource}' do not fit its digest.");
            }

            _encoded.Clear();
            _encoded.WriteSums(digest.Buckets);
            var buckets = _encoded.Written.ToArray();
            Execute(put, partition, digest.Rows, digest.Sum, RowChecksum.OfDigest(partition, digest.Rows, digest.Sum, buckets), buckets);
        }
    }

    private PartitionDigest ChangesOf(int partition)
    {
        if (!_changes.TryGetValue(partition, out var changes))
        {
            _changes.Add(partition, changes = new PartitionDigest());
        }

        return changes;
    }

    /// <summary>
    /// Takes the rows of which the command returns the checksums out of the digest; returns how many there were. They are in this bucket,
    /// or in that of the key which the command returns too.
    /// </summary>
    private int ForgetEntries(int partition, int? bucket, SqliteCommand command, params ReadOnlySpan<object?> values)
    {
        Bind(command, values);
        using var reader = command.ExecuteReader();
        var count = 0;
        for (; reader.Read(); count++)
        {
            ChangesOf(partition).RemoveEntry(bucket ?? BucketSet.BucketOf(reader.GetFieldValue<byte[]>(1)), reader.GetInt64(0));
        }

        return count;
    }

    private SqliteCommand Prepare(string text, params ReadOnlySpan<string> names)
    {
        var command = file.Connection.CreateCommand();
        command.Transaction = _transaction;
        command.CommandText = text;
        foreach (var name in names)
        {
            command.Parameters.Add(new SqliteParameter { ParameterName = name });
        }

        return command;
    }

    private void Execute(SqliteCommand command, params ReadOnlySpan<object?> values)
    {
        Bind(command, values);
        command.ExecuteNonQuery();
    }

    private void Bind(SqliteCommand command, ReadOnlySpan<object?> values)
    {
        observer.BeforeSqliteCall(SqliteCall.Write);
        for (var i = 0; i < values.Length; i++)
        {
            command.Parameters[i].Value = values[i] ?? DBNull.Value;
        }
    }
}
