using AspireKv.Cluster.Consensus;
using AspireKv.Cluster.Ring;
using AspireKv.Cluster.Versioning;
using AspireKv.StorageNode.Storage.Codec;
using Microsoft.Data.Sqlite;

namespace AspireKv.StorageNode.Storage.Sqlite;

/// <summary>One transaction that changes SQLite. What was not committed when it is disposed is undone.</summary>
internal sealed class SqliteWriter(SqliteConnection connection) : IDisposable
{
    private readonly SqliteTransaction _transaction = connection.BeginTransaction();
    private SqliteCommand? _put;
    private SqliteCommand? _delete;
    private SqliteCommand? _deleteStamp;

    public void Put(int partition, StoreKey key, Entry entry)
    {
        _put ??= Prepare(
            """
            INSERT OR REPLACE INTO entries VALUES (
                $partition, $key, $stamp_round, $stamp_node, $stamp_sequence, $revision_round, $revision_node, $revision_sequence,
                $is_tombstone, $content_type, $expires_at, $value, $checksum)
            """,
            "$partition", "$key", "$stamp_round", "$stamp_node", "$stamp_sequence", "$revision_round", "$revision_node", "$revision_sequence",
            "$is_tombstone", "$content_type", "$expires_at", "$value", "$checksum");
        Execute(
            _put,
            partition, key.Bytes.ToArray(), entry.Stamp.Ballot.Round, entry.Stamp.Ballot.Node.Value, entry.Stamp.Sequence,
            entry.Revision.Ballot.Round, entry.Revision.Ballot.Node.Value, entry.Revision.Sequence,
            entry.IsTombstone ? 1 : 0, entry.ContentType, entry.ExpiresAtUnixMilliseconds, entry.Value.ToArray(), RowChecksum.Of(partition, key, entry));
    }

    public void Delete(int partition, StoreKey key)
    {
        _delete ??= Prepare("DELETE FROM entries WHERE partition = $partition AND key = $key", "$partition", "$key");
        Execute(_delete, partition, key.Bytes.ToArray());
    }

    public void Delete(int partition, StoreKey key, Stamp stamp)
    {
        _deleteStamp ??= Prepare(
            """
            DELETE FROM entries WHERE partition = $partition AND key = $key
                AND stamp_round = $round AND stamp_node = $node AND stamp_sequence = $sequence
            """,
            "$partition", "$key", "$round", "$node", "$sequence");
        Execute(_deleteStamp, partition, key.Bytes.ToArray(), stamp.Ballot.Round, stamp.Ballot.Node.Value, stamp.Sequence);
    }

    /// <summary>Deletes up to <paramref name="max"/> rows of the partition; returns how many there were.</summary>
    public int DeleteSome(int partition, int max)
    {
        using var command = Prepare(
            "DELETE FROM entries WHERE partition = $partition AND key IN (SELECT key FROM entries WHERE partition = $partition LIMIT $max)",
            "$partition", "$max");
        return Execute(command, partition, max);
    }

    public void Put(int partition, ReplicaSnapshot snapshot)
    {
        var bytes = SnapshotCodec.Encode(snapshot);
        using var command = Prepare("INSERT OR REPLACE INTO partitions VALUES ($partition, $snapshot, $checksum)", "$partition", "$snapshot", "$checksum");
        Execute(command, partition, bytes, RowChecksum.Of(partition, bytes));
    }

    public void SetApplied(long position)
    {
        using var command = Prepare("UPDATE meta SET applied_position = $position", "$position");
        Execute(command, position);
    }

    /// <summary>Returns once all of it is on stable storage.</summary>
    public void Commit() => _transaction.Commit();

    public void Dispose()
    {
        _put?.Dispose();
        _delete?.Dispose();
        _deleteStamp?.Dispose();
        _transaction.Dispose();
    }

    private SqliteCommand Prepare(string text, params ReadOnlySpan<string> names)
    {
        var command = connection.CreateCommand();
        command.Transaction = _transaction;
        command.CommandText = text;
        foreach (var name in names)
        {
            command.Parameters.Add(new SqliteParameter { ParameterName = name });
        }

        return command;
    }

    private static int Execute(SqliteCommand command, params ReadOnlySpan<object?> values)
    {
        for (var i = 0; i < values.Length; i++)
        {
            command.Parameters[i].Value = values[i] ?? DBNull.Value;
        }

        return command.ExecuteNonQuery();
    }
}
