using System.IO.Hashing;
using AspireKv.Cluster.Keys;
using AspireKv.Cluster.Lives;
using AspireKv.Cluster.Membership;
using AspireKv.Cluster.Messages;
using AspireKv.Cluster.Replicas;
using AspireKv.Cluster.Versioning;

namespace AspireKv.Simulation.Tests.World;

/// <summary>
/// A node's write-ahead log and what stands behind it, in two views: as placed, which the node's own rules see, and as synced, which is
/// what a crash leaves, with a random prefix of the rest.
/// </summary>
internal sealed class SimulatedDisk(
    int partitions, Func<ReplicaRecord, bool> persists, Func<ReplicaRecord, IEnumerable<ReplicaRecord>> splits)
{
    private readonly Queue<ReplicaRecord> _unsynced = new();
    private DiskView _placed = new(partitions);
    private DiskView _synced = new(partitions);

    /// <summary>The founding record; written with a sync of its own.</summary>
    public FoundingRecord? Founding { get; set; }

    /// <summary>The starts over this disk, each written with a sync of its own.</summary>
    public IReadOnlyList<LifeStart> Starts { get; set; } = [];

    /// <summary>What the node knows of the lives of the others; written with a sync of its own.</summary>
    public IReadOnlyList<KnownLife> Lives { get; set; } = [];

    /// <summary>The newest topology that the node knows, or 0 before any; written with a sync of its own.</summary>
    public long TopologyVersion { get; set; }

    public long LastPosition { get; private set; }

    public long SyncedPosition { get; private set; }

    public bool HasUnsynced => _unsynced.Count > 0;

    public DiskView Placed => _placed;

    public DiskView Synced => _synced;

    public long Place(ReplicaRecord record)
    {
        foreach (var part in splits(record))
        {
            _placed.Apply(part);
            _unsynced.Enqueue(part);
            LastPosition++;
        }

        return LastPosition;
    }

    /// <summary>Everything up to the position is on stable storage now.</summary>
    public void SyncTo(long position)
    {
        while (SyncedPosition < position)
        {
            SyncedPosition++;
            var record = _unsynced.Dequeue();
            if (persists(record))
            {
                _synced.Apply(record);
            }
        }
    }

    /// <summary>
    /// The process is gone; of what was not synced, the first <paramref name="survivors"/> records happen to be there all the same.
    /// </summary>
    public void Crash(int survivors)
    {
        SyncTo(SyncedPosition + survivors);
        _unsynced.Clear();
        _placed = _synced.Copy();
        LastPosition = SyncedPosition;
    }

    /// <summary>What is on stable storage now, on a disk of its own.</summary>
    public SimulatedDisk Copy() => new(partitions, persists, splits)
    {
        Founding = Founding,
        Starts = Starts,
        Lives = Lives,
        TopologyVersion = TopologyVersion,
        LastPosition = SyncedPosition,
        SyncedPosition = SyncedPosition,
        _placed = _synced.Copy(),
        _synced = _synced.Copy(),
    };

    public int UnsyncedCount => _unsynced.Count;

    internal sealed class DiskView(int partitions)
    {
        /// <summary>A page ends, however few keys it has, after so many looks for each one that it may have.</summary>
        private const int LooksPerListedKey = 2;

        private readonly ReplicaSnapshot[] _snapshots = [.. Enumerable.Repeat(ReplicaSnapshot.Empty, partitions)];
        private readonly Dictionary<(int Partition, StoreKey Key), Entry> _entries = [];

        public ReplicaSnapshot Snapshot(int partition) => _snapshots[partition];

        public Entry? Find(int partition, StoreKey key) => _entries.GetValueOrDefault((partition, key));

        /// <summary>Up to so many tombstones of the partition, the oldest first.</summary>
        public StoreKey[] FindTombstones(int partition, int max) =>
        [
            .. _entries.Where(entry => entry.Key.Partition == partition && entry.Value.IsTombstone)
                .OrderBy(entry => entry.Value.Stamp).Take(max).Select(entry => entry.Key.Key),
        ];

        public KeyPage ListKeys(int partition, StoreKey after, BucketSet buckets, int max)
        {
            var listed = new List<ListedKey>();
            var (looks, upTo) = (0, after);
            foreach (var (key, entry) in EntriesOf(partition).Where(entry => entry.Key > after).OrderBy(entry => entry.Key))
            {
                if (listed.Count == max || looks++ == LooksPerListedKey * max)
                {
                    return new KeyPage(listed, upTo);
                }

                upTo = key;
                if (buckets.Contains(key))
                {
                    listed.Add(new ListedKey(key, entry.Stamp));
                }
            }

            return new KeyPage(listed, default);
        }

        public BucketSums SumBuckets(int partition)
        {
            var sums = new BucketSums();
            foreach (var (key, entry) in EntriesOf(partition))
            {
                sums.Add(key, ChecksumOf(key, entry));
            }

            return sums;
        }

        /// <summary>The stamps of the entries of the partition, in no order.</summary>
        public IEnumerable<Stamp> Stamps(int partition) => EntriesOf(partition).Select(static entry => entry.Entry.Stamp);

        /// <summary>The keys of the partition with the stamps of their entries, in order.</summary>
        public string Describe(int partition) => string.Join(
            ", ",
            _entries.Where(entry => entry.Key.Partition == partition).OrderBy(entry => entry.Key.Key)
                .Select(entry => $"{entry.Key.Key} {entry.Value.Stamp}"));

        public void Apply(ReplicaRecord record)
        {
            _snapshots[record.Partition] = _snapshots[record.Partition].With(record);
            switch (record)
            {
                case EntryAccepted accepted:
                    _entries[(accepted.Partition, accepted.Key)] = accepted.Entry;
                    break;
                case TombstonePurged purged when Find(purged.Partition, purged.Key)?.Stamp == purged.Stamp:
                    _entries.Remove((purged.Partition, purged.Key));
                    break;
                case ConfigTaken { IsEmptied: true } or RebuildBegun:
                    foreach (var key in _entries.Keys.Where(key => key.Partition == record.Partition).ToArray())
                    {
                        _entries.Remove(key);
                    }

                    break;
            }
        }

        public DiskView Copy()
        {
            var copy = new DiskView(_snapshots.Length);
            _snapshots.CopyTo(copy._snapshots, 0);
            foreach (var (key, entry) in _entries)
            {
                copy._entries.Add(key, entry);
            }

            return copy;
        }

        private static long ChecksumOf(StoreKey key, Entry entry)
        {
            var head = $"{key} {entry.Stamp} {entry.Revision} {entry.IsTombstone} {entry.ContentType} {entry.ExpiresAtUnixMilliseconds}";
            return (long)XxHash3.HashToUInt64(entry.Value.Span, (long)XxHash3.HashToUInt64(System.Text.Encoding.UTF8.GetBytes(head)));
        }

        private IEnumerable<(StoreKey Key, Entry Entry)> EntriesOf(int partition) =>
            _entries.Where(entry => entry.Key.Partition == partition).Select(entry => (entry.Key.Key, entry.Value));
    }
}
