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
        Entry? entry;
        while (!TryFind(partition, key, out entry) && !TryFind(partition, Fetch(partition, key), out entry))
        {
        }

        return entry;
    }

    /// <inheritdoc cref="StorageEngine.TryFind(int, StoreKey, out Entry?)"/>
    public bool TryFind(int partition, StoreKey key, out Entry? entry)
    {
        var lookup = tables[partition].Find(key, tables.CacheBytesPerPartition);
        entry = lookup.Entry;
        return lookup.IsKnown;
    }

    /// <inheritdoc cref="StorageEngine.TryFind(int, FetchedEntry, out Entry?)"/>
    public bool TryFind(int partition, FetchedEntry fetched, out Entry? entry) => tables[partition]
        .TryResolve(fetched.Key, fetched.Below, fetched.Version, tables.CacheBytesPerPartition, out entry);

    /// <inheritdoc cref="StorageEngine.Fetch"/>
    public FetchedEntry Fetch(int partition, StoreKey key)
    {
        // The version first: what changes while SQLite is read makes the read void.
        var version = tables[partition].Find(key, tables.CacheBytesPerPartition).Version;
        var below = sqlite.Read((partition, key), static (sqlite, argument) => sqlite.Find(argument.partition, argument.key));
        return new FetchedEntry(key, below, version);
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

    /// <inheritdoc cref="StorageEngine.CountTombstones"/>
    public long CountTombstones(int partition)
    {
        var inMemory = tables[partition].FindTombstones();
        var stored = inMemory.HidesSqlite
            ? 0
            : sqlite.Read(partition, static (sqlite, partition) => sqlite.CountTombstones(partition));
        return inMemory.Tombstones.Count + Math.Max(0, stored - inMemory.Purged);
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
