using AspireKv.Cluster.Keys;
using AspireKv.Cluster.Membership;
using AspireKv.Cluster.Messages;
using AspireKv.Cluster.Versioning;
using AspireKv.Encoding;
using AspireKv.Encoding.Values;
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
    public KeyPage ListKeys(int partition, StoreKey after, BucketSet buckets, int max)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(max);

        // Memory first: what a checkpoint moves to SQLite meanwhile is then seen twice rather than not at all.
        var view = tables[partition].View(after, buckets);
        var stored = view.HidesSqlite
            ? new KeyPage([], default)
            : sqlite.Read(
                (partition, after, buckets, max),
                static (sqlite, argument) => sqlite.ListKeys(argument.partition, argument.after, argument.buckets, argument.max));
        ListedKey[] page =
        [
            .. view.Entries.Select(static held => new ListedKey(held.Key, held.Entry.Stamp))
                .Where(listed => stored.IsLast || listed.Key <= stored.UpTo)
                .Concat(stored.Keys.Where(listed => !view.Hides(listed.Key, listed.Stamp)))
                .OrderBy(static listed => listed.Key).Take(max + 1),
        ];
        return page.Length > max ? new KeyPage(page[..max], page[max - 1].Key) : new KeyPage(page, stored.UpTo);
    }

    /// <inheritdoc cref="StorageEngine.SumBuckets"/>
    public BucketSums SumBuckets(int partition)
    {
        var table = tables[partition];
        MemtableView view;
        BucketSums? sums;
        do
        {
            view = table.View(after: default, BucketSet.All);
            sums = view.HidesSqlite ? new BucketSums() : SumStored(partition, table, view);
        }
        while (sums is null);

        var encoded = new ByteWriter();
        foreach (var (key, entry) in view.Entries)
        {
            encoded.Clear();
            encoded.WriteEntry(entry);
            sums.Add(key, RowChecksum.Of(partition, key, encoded.Written.Span));
        }

        return sums;
    }

    /// <inheritdoc cref="StorageEngine.EstimateSize"/>
    public PartitionSize EstimateSize(int partition)
    {
        var entries = SumBuckets(partition).Counts.ToArray().Sum(static count => (long)count);
        var view = tables[partition].View(after: default, BucketSet.All);
        var encoded = new ByteWriter();
        var bytes = 0L;
        var held = 0;
        foreach (var (key, entry) in view.Entries)
        {
            encoded.Clear();
            encoded.WriteEntry(entry);
            bytes += key.Bytes.Length + encoded.Length;
            held++;
        }

        // Records placed between the two looks may make memory hold more than was counted.
        var mean = sqlite.Read(partition, static (store, partition) => store.MeanRowBytes(partition));
        return new PartitionSize(entries, bytes + (long)(Math.Max(0, entries - held) * mean));
    }

    /// <summary>The sums of the rows that the view does not hide; null where a checkpoint came between the view and the read.</summary>
    private BucketSums? SumStored(int partition, PartitionTable table, MemtableView view) => sqlite.Read(
        (partition, table, view),
        static (sqlite, argument) => sqlite.SumBuckets(
            argument.partition, argument.view.Keys, argument.view.Hides, () => argument.table.IsCurrent(argument.view)));
}
