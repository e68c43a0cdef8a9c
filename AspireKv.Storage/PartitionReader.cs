using AspireKv.Cluster.Keys;
using AspireKv.Cluster.Messages;
using AspireKv.Cluster.Versioning;
using AspireKv.Storage.Memtables;
using AspireKv.Storage.Sqlite;

namespace AspireKv.Storage;

/// <summary>Reads one partition as of now: what memory holds, over what SQLite holds.</summary>
internal sealed class PartitionReader(PartitionTables tables, GuardedSqlite sqlite)
{
    /// <inheritdoc cref="StorageEngine.Find"/>
    public Entry? Find(int partition, StoreKey key)
    {
        var table = tables[partition];
        while (true)
        {
            var lookup = table.Find(key, tables.CacheBytesPerPartition);
            if (lookup.IsKnown)
            {
                return lookup.Entry;
            }

            var below = sqlite.Read((partition, key), static (sqlite, argument) => sqlite.Find(argument.partition, argument.key));
            if (table.TryCache(key, below, lookup.Version, tables.CacheBytesPerPartition))
            {
                return lookup.Resolve(below);
            }
        }
    }

    /// <inheritdoc cref="StorageEngine.FindTombstones"/>
    public IReadOnlyList<(StoreKey Key, Stamp Stamp)> FindTombstones(int partition, int max)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(max);
        var inMemory = tables[partition].FindTombstones();
        var found = new List<(StoreKey Key, Stamp Stamp)>();
        if (!inMemory.HidesSqlite)
        {
            // As many more as may be void, so that none left over is missed.
            var stored = sqlite.Read(
                (partition, max: (int)Math.Min((long)max + inMemory.MaxHidden, int.MaxValue)),
                static (sqlite, argument) => sqlite.FindTombstones(argument.partition, argument.max));
            found.AddRange(stored.Where(inMemory.Shows).Take(max));
        }

        found.AddRange(inMemory.Tombstones.OrderBy(tombstone => tombstone.Stamp).Take(max - found.Count));
        return found;
    }

    /// <inheritdoc cref="StorageEngine.ListKeys"/>
    public KeyPage ListKeys(int partition, StoreKey after, int max)
    {
        // Memory first: what a checkpoint moves to SQLite meanwhile is then seen twice rather than not at all.
        var (keys, hidesSqlite) = tables[partition].ListKeys(after);
        var isLastOfSqlite = true;
        if (!hidesSqlite)
        {
            var stored = sqlite.Read(
                (partition, after, max), static (sqlite, argument) => sqlite.ListKeys(argument.partition, argument.after, argument.max));
            isLastOfSqlite = stored.Count < max;
            keys.AddRange(stored);
        }

        StoreKey[] page = [.. keys.Distinct().Order().Take(max + 1)];
        return page.Length > max ? new KeyPage(page[..max], false) : new KeyPage(page, isLastOfSqlite);
    }
}
