using AspireKv.Cluster.Keys;
using AspireKv.Cluster.Messages;
using AspireKv.Cluster.Replicas;
using AspireKv.Cluster.Versioning;

namespace AspireKv.Storage.Tests;

/// <summary>What the engine should hold, in the plainest way: partitions 0 and 1, keys key0 to key5.</summary>
internal sealed class Twin
{
    private readonly Dictionary<(int Partition, StoreKey Key), Entry> _entries = [];
    private readonly ReplicaSnapshot[] _snapshots = [ReplicaSnapshot.Empty, ReplicaSnapshot.Empty];

    public static string Of(StorageEngine engine) => Describe(engine.Find, engine.GetSnapshot);

    public void Apply(ReplicaRecord record)
    {
        switch (record)
        {
            case EntryAccepted accepted:
                _entries[(accepted.Partition, accepted.Key)] = accepted.Entry;
                break;
            case TombstonePurged purged when Find(purged.Partition, purged.Key)?.Stamp == purged.Stamp:
                _entries.Remove((purged.Partition, purged.Key));
                break;
            case ConfigTaken { IsEmptied: true } or RebuildBegun:
                foreach (var key in _entries.Keys.Where(key => key.Partition == record.Partition).ToList())
                {
                    _entries.Remove(key);
                }

                break;
        }

        _snapshots[record.Partition] = _snapshots[record.Partition].With(record);
    }

    public Entry? Find(int partition, StoreKey key) => _entries.GetValueOrDefault((partition, key));

    public IEnumerable<ListedKey> Keys(int partition, BucketSet buckets) => _entries
        .Where(entry => entry.Key.Partition == partition && buckets.Contains(entry.Key.Key))
        .Select(entry => new ListedKey(entry.Key.Key, entry.Value.Stamp))
        .OrderBy(listed => listed.Key);

    /// <summary>The sums of the partition, entry by entry.</summary>
    public BucketSums Sums(int partition)
    {
        var sums = new BucketSums();
        foreach (var ((_, key), entry) in _entries.Where(entry => entry.Key.Partition == partition))
        {
            sums.Add(key, Records.Checksum(partition, key, entry));
        }

        return sums;
    }

    public override string ToString() => Describe(Find, partition => _snapshots[partition]);

    private static string Describe(Func<int, StoreKey, Entry?> find, Func<int, ReplicaSnapshot> snapshot)
    {
        var keys = Enumerable.Range(0, 6).Select(i => Records.Key($"key{i}")).ToList();
        return string.Join("; ", Enumerable.Range(0, 2).SelectMany(partition => keys
            .Select(key => (key, entry: find(partition, key)))
            .Where(found => found.entry is not null)
            .Select(found => $"{partition}/{found.key}={Text(found.entry!)}")
            .Append($"{partition}: {snapshot(partition)}")));
    }

    private static string Text(Entry entry)
    {
        var end = Convert.ToHexString(entry.Value.Span[^Math.Min(2, entry.Value.Length)..]);
        return $"{entry.Stamp} {entry.Revision} {entry.IsTombstone} {entry.Value.Length} bytes ending in {end}";
    }
}
