using AspireKv.Cluster.Consensus;
using AspireKv.StorageNode.Storage.Memtables;
using AspireKv.StorageNode.Storage.Sqlite;

namespace AspireKv.StorageNode.Storage;

/// <summary>The partitions as they come back at a start: what SQLite says, then the records of the log above it.</summary>
internal sealed class RecoveredTables
{
    private RecoveredTables(int partitions) => Tables = new PartitionTable?[partitions];

    public PartitionTable?[] Tables { get; private set; }

    public int Count { get; private set; }

    public long MemtableBytes { get; private set; }

    public long Replayed { get; private set; }

    public static RecoveredTables Load(SqliteStore sqlite, int partitions)
    {
        var tables = new RecoveredTables(partitions);
        foreach (var (partition, snapshot) in sqlite.ReadSnapshots())
        {
            tables.TableOf(partition).Snapshot = snapshot;
        }

        foreach (var partition in sqlite.FindPartitionsWithRows())
        {
            tables.TableOf(partition).HasRows = true;
        }

        return tables;
    }

    public void Replay(ReplicaRecord record)
    {
        var table = TableOf(record.Partition);
        lock (table.Gate)
        {
            MemtableBytes += table.Apply(record);
        }

        Replayed++;
    }

    private PartitionTable TableOf(int partition)
    {
        if (partition >= Tables.Length)
        {
            var larger = new PartitionTable?[partition + 1];
            Tables.CopyTo(larger, 0);
            Tables = larger;
        }

        if (Tables[partition] is not { } table)
        {
            Tables[partition] = table = new PartitionTable();
            Count++;
        }

        return table;
    }
}
