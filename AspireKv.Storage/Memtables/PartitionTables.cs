using AspireKv.Encoding;

namespace AspireKv.Storage.Memtables;

/// <summary>The tables of all partitions, made when first asked for. Read without a lock.</summary>
/// <param name="cacheBytes">Bytes for the caches of all of them together.</param>
internal sealed class PartitionTables(long cacheBytes)
{
    /// <summary>The large entries have one part of so many of the bytes, of all partitions together.</summary>
    private const int LargePart = 4;

    private readonly LargeEntries _large = new(cacheBytes / LargePart);

    /// <summary>Guards the making of tables.</summary>
    private readonly Lock _gate = new();
    private PartitionTable?[] _tables = [];
    private int _count;

    /// <summary>The share of one partition in the bytes of the cache.</summary>
    public long CacheBytesPerPartition => (cacheBytes - (cacheBytes / LargePart)) / Math.Max(1, Volatile.Read(ref _count));

    public PartitionTable this[int partition]
    {
        get
        {
            var tables = Volatile.Read(ref _tables);
            return (uint)partition < (uint)tables.Length && tables[partition] is { } table ? table : Add(partition);
        }
    }

    /// <summary>Sets the changes of each partition aside in turn.</summary>
    public List<(int Partition, PartitionTable Table, Memtable Changes)> Freeze()
    {
        var frozen = new List<(int Partition, PartitionTable Table, Memtable Changes)>();
        var tables = Volatile.Read(ref _tables);
        for (var partition = 0; partition < tables.Length; partition++)
        {
            if (tables[partition] is { } table && table.Freeze() is { } changes)
            {
                frozen.Add((partition, table, changes));
            }
        }

        return frozen;
    }

    private PartitionTable Add(int partition)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(partition);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(partition, ValueLimits.MaxPartitions);
        lock (_gate)
        {
            if (partition >= _tables.Length)
            {
                var larger = new PartitionTable?[Math.Max(partition + 1, 2 * _tables.Length)];
                _tables.CopyTo(larger, 0);
                Volatile.Write(ref _tables, larger);
            }

            if (_tables[partition] is null)
            {
                Volatile.Write(ref _tables[partition], new PartitionTable(_large));
                _count++;
            }

            return _tables[partition]!;
        }
    }
}
