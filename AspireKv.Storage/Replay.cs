using AspireKv.Cluster.Replicas;
using AspireKv.Storage.Memtables;
using AspireKv.Storage.Sqlite;

namespace AspireKv.Storage;

/// <summary>Brings the partitions back at a start: what SQLite says, then the records of the write-ahead log above that.</summary>
internal sealed class Replay
{
    private readonly PartitionTables _tables;

    public Replay(PartitionTables tables, SqliteStore sqlite)
    {
        _tables = tables;
        foreach (var (partition, snapshot) in sqlite.ReadSnapshots())
        {
            tables[partition].Snapshot = snapshot;
        }

        foreach (var partition in sqlite.ListPartitions())
        {
            tables[partition].HasRows = true;
        }
    }

    public long MemtableBytes { get; private set; }

    public long Records { get; private set; }

    public void Apply(ReplicaRecord record)
    {
        var table = _tables[record.Partition];
        lock (table.Gate)
        {
            MemtableBytes += table.Apply(record);
        }

        Records++;
    }
}
