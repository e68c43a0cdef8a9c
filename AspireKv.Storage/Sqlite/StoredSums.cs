using AspireKv.Cluster.Keys;
using AspireKv.Cluster.Versioning;
using AspireKv.Storage.Failures;
using Microsoft.Data.Sqlite;

namespace AspireKv.Storage.Sqlite;

/// <summary>
/// The sums of the rows that count: those of the digest, less the rows that memory hides. Nothing but the digest and the hidden rows is
/// read, and of these no entry.
/// </summary>
internal sealed class StoredSums(SqliteConnection connection, int partition)
{
    private readonly string _file = connection.DataSource;

    /// <param name="keys">Keys of which memory may hide the row; all others count.</param>
    /// <param name="isHidden">Whether memory hides the row of the key, which has this stamp.</param>
    /// <param name="isCurrent">Whether memory still lies over SQLite as it did when the keys were taken from it.</param>
    /// <returns>Null where memory and SQLite may not be of one moment.</returns>
    /// <exception cref="StorageDamagedException">What is stored is not what was written.</exception>
    public BucketSums? Read(IEnumerable<StoreKey> keys, Func<StoreKey, Stamp, bool> isHidden, Func<bool> isCurrent)
    {
        using var transaction = connection.BeginTransaction(deferred: true);

        // The first read fixes what the transaction sees; only what came before can make it void.
        var sums = ReadDigest(transaction).Buckets;
        if (!isCurrent())
        {
            return null;
        }

        using var find = Prepare(
            transaction,
            "SELECT stamp_round, stamp_node, stamp_sequence, checksum FROM entries WHERE partition = $partition AND key = $key");
        var parameter = find.Parameters.Add("$key", SqliteType.Blob);

        // In the order of the rows, so that each page of SQLite is looked at once.
        foreach (var key in keys.Order())
        {
            parameter.Value = key.Bytes.ToArray();
            using var reader = find.ExecuteReader();
            if (reader.Read() && isHidden(key, StoredRow.StampAt(reader, 0, _file)))
            {
                sums.Remove(key, StoredRow.NumberAt(reader, 3, _file));
            }
        }

        return sums.IsPossible
            ? sums
            : throw new StorageDamagedException($"Rows of partition {partition} in '{_file}' do not fit its digest.");
    }

    private PartitionDigest ReadDigest(SqliteTransaction transaction)
    {
        using (var command = Prepare(transaction, $"SELECT {DigestRow.Columns} FROM digests WHERE partition = $partition"))
        using (var reader = command.ExecuteReader())
        {
            if (reader.Read())
            {
                return DigestRow.Read(reader, partition, _file);
            }
        }

        using var any = Prepare(transaction, "SELECT EXISTS (SELECT 1 FROM entries WHERE partition = $partition)");
        return any.ExecuteScalar() is 0L
            ? new PartitionDigest()
            : throw new StorageDamagedException($"Partition {partition} in '{_file}' has rows and no digest.");
    }

    private SqliteCommand Prepare(SqliteTransaction transaction, string text)
    {
        var command = connection.CreateCommand();
        command.CommandText = text;
        command.Transaction = transaction;
        command.Parameters.AddWithValue("$partition", partition);
        return command;
    }
}
