using AspireKv.Cluster.Keys;
using AspireKv.Cluster.Membership;
using AspireKv.Cluster.Messages;
using AspireKv.Cluster.Operations;
using AspireKv.Cluster.Replicas;
using AspireKv.Cluster.Topology;
using AspireKv.Cluster.Versioning;
using AspireKv.Storage.Checkpoints;
using AspireKv.Storage.Directories;
using AspireKv.Storage.Failures;
using AspireKv.Storage.Memtables;
using AspireKv.Storage.Scrub;
using AspireKv.Storage.Wal;

namespace AspireKv.Storage;

/// <summary>
/// What a node keeps: the only door to the write-ahead log, the memtables and SQLite. A record is placed in the write-ahead log and visible
/// to <see cref="Find"/> in one step that never waits for the disk; the record is durable once <see cref="DurablePosition"/> has reached
/// its position; later a checkpoint moves it to SQLite, and the write-ahead log behind it is dropped. <see cref="StorageOpening"/> opens
/// the engine.
/// </summary>
/// <remarks>
/// The caller makes one call at a time for one partition; different partitions do not wait for each other. Memory handed in (keys, values)
/// is kept and must not change afterwards.
/// </remarks>
public sealed class StorageEngine : IAsyncDisposable
{
    private readonly KeptFounding _founding;
    private readonly KeptTopology _topology;
    private readonly PartitionTables _tables;
    private readonly PartitionReader _reader;
    private readonly ReaderThreads _readers;
    private readonly WriteAheadLog _wal;
    private readonly SyncTimes _syncTimes;
    private readonly Room _room;
    private readonly CheckpointSchedule _checkpoints;
    private readonly Scrubber _scrubber;
    private readonly StorageFailures _failures;
    private readonly IReadOnlyList<IDisposable> _parts;
    private int _isDisposed;

    /// <param name="identity">Whose files they are.</param>
    /// <param name="founding">The founding record, once there is one.</param>
    /// <param name="topology">The newest topology that this node believes.</param>
    /// <param name="lives">The starts of this node, and what it knows of those of others.</param>
    /// <param name="tables">What memory holds.</param>
    /// <param name="reader">What memory and SQLite hold.</param>
    /// <param name="readers">The threads that wait for the disk.</param>
    /// <param name="wal">Where records are placed.</param>
    /// <param name="syncTimes">How long the syncs of the write-ahead log took.</param>
    /// <param name="room">Whether an entry may be added.</param>
    /// <param name="checkpoints">What moves memtables to SQLite.</param>
    /// <param name="scrubber">What looks for damage.</param>
    /// <param name="failures">What failed.</param>
    /// <param name="parts">What is to be closed, in this order.</param>
    internal StorageEngine(
        NodeIdentity identity,
        KeptFounding founding,
        KeptTopology topology,
        KeptLives lives,
        PartitionTables tables,
        PartitionReader reader,
        ReaderThreads readers,
        WriteAheadLog wal,
        SyncTimes syncTimes,
        Room room,
        CheckpointSchedule checkpoints,
        Scrubber scrubber,
        StorageFailures failures,
        IReadOnlyList<IDisposable> parts)
    {
        (Identity, Lives, _founding, _tables, _reader, _readers, _wal) = (identity, lives, founding, tables, reader, readers, wal);
        _topology = topology;
        (_syncTimes, _room, _checkpoints, _scrubber) = (syncTimes, room, checkpoints, scrubber);
        (_failures, _parts) = (failures, parts);
    }

    /// <summary>Whose files they are.</summary>
    public NodeIdentity Identity { get; }

    /// <summary>The starts of this node, and what it knows of those of others.</summary>
    public KeptLives Lives { get; }

    /// <summary>The founding record that this node holds durably, or null before.</summary>
    public FoundingRecord? Founding => _founding.Record;

    /// <inheritdoc cref="KeptFounding.IsForgotten"/>
    public bool ForgotFounding => _founding.IsForgotten;

    /// <summary>The newest topology that this node stored, or null while it knows none but that of the founding record.</summary>
    public ClusterTopology? Topology => _topology.Stored;

    /// <summary>Records at or below this position are on stable storage.</summary>
    public long DurablePosition => _wal.DurablePosition;

    /// <summary>The first failure of the disk, or damage found while reading; the engine takes no records any more.</summary>
    public Exception? Failure => _failures.First;

    /// <inheritdoc cref="SyncTimes.Median"/>
    public TimeSpan SyncTime => _syncTimes.Median;

    /// <summary>True while the disk has no room for more.</summary>
    public bool IsFull => _room.IsFull;

    /// <summary>
    /// True when <see cref="Failure"/> is damage, and opening the directory once more with <see cref="StorageOpening.OpenOrSetAside"/> is
    /// safe and worth it.
    /// </summary>
    public bool MayBeginAnew => _failures.MayBeginAnew;

    /// <summary>Keeps the founding record for good; durable when it returns.</summary>
    /// <exception cref="InvalidOperationException">Another record is kept already; a cluster is founded once.</exception>
    public void WriteFounding(FoundingRecord record) => _founding.Write(record);

    /// <summary>Keeps the topology, if it is newer than the one that is kept; durable when it returns.</summary>
    /// <returns>Whether it was newer.</returns>
    /// <exception cref="IOException">The disk failed; the earlier one is kept.</exception>
    public bool WriteTopology(ClusterTopology topology) => _topology.Write(topology);

    /// <summary>What the replica remembers besides its entries, as placed.</summary>
    public ReplicaSnapshot GetSnapshot(int partition)
    {
        var table = _tables[partition];
        lock (table.Gate)
        {
            return table.Snapshot;
        }
    }

    /// <summary>
    /// Why this entry should not be appended now, or <see cref="NotAppliedReason.None"/>: the engine failed, the write-ahead log or the
    /// checkpoint to SQLite does not keep up, or the disk is full. Callers that ask first and append then overshoot the bounds by one entry
    /// a thread. <see cref="Append"/> itself refuses nothing while the engine works, since a promise that is refused half-way would leave a
    /// ballot that is neither taken nor given up.
    /// </summary>
    public NotAppliedReason CheckRoom(Entry entry) => _room.Check(entry);

    /// <summary>
    /// Places the record in the write-ahead log and makes it visible to <see cref="Find"/>; returns its position. Never waits for the disk.
    /// </summary>
    /// <exception cref="StorageUnavailableException">The engine failed or is closed. The record was not placed.</exception>
    /// <exception cref="ArgumentException">The record is over the bounds of the format.</exception>
    public long Append(ReplicaRecord record)
    {
        var table = _tables[record.Partition];
        long position;
        long grown;
        lock (table.Gate)
        {
            position = _wal.Append(record);
            grown = table.Apply(record);
        }

        _room.CountAppended(grown);
        return position;
    }

    /// <summary>Waits until the position is durable; false when the engine failed or was closed before.</summary>
    public bool WaitDurable(long position) => _wal.WaitDurable(position);

    /// <summary>
    /// The entry of the key, or null, as far as memory knows; every record placed so far counts. False when SQLite must be asked. Never
    /// waits for the disk.
    /// </summary>
    public bool TryFind(int partition, StoreKey key, out Entry? entry) => _reader.TryFind(partition, key, out entry);

    /// <summary>
    /// The entry of a key that was fetched, or null; every record placed so far counts, those placed since the fetch too. False when the
    /// fetch has become void meanwhile, by a checkpoint or since the partition was emptied. Never waits for the disk.
    /// </summary>
    public bool TryFind(int partition, FetchedEntry fetched, out Entry? entry) => _reader.TryFind(partition, fetched, out entry);

    /// <summary>Reads what SQLite holds of the key; waits for the disk.</summary>
    /// <exception cref="StorageDamagedException">What is stored for the key is not what was written.</exception>
    /// <exception cref="StorageUnavailableException">SQLite could not read its file.</exception>
    public FetchedEntry Fetch(int partition, StoreKey key) => _reader.Fetch(partition, key);

    /// <summary>
    /// Has a reader's thread do what waits for the disk, such as <see cref="Fetch"/>. The work must throw nothing. False when too much is
    /// queued already, or the engine is closed: the work is not done then.
    /// </summary>
    public bool TryRead(Action work) => _readers.TryQueue(work);

    /// <summary>The entry of the key, or null; every record placed so far counts. Waits for the disk when memory does not know.</summary>
    /// <exception cref="StorageDamagedException">What is stored for the key is not what was written.</exception>
    /// <exception cref="StorageUnavailableException">SQLite could not read its file.</exception>
    public Entry? Find(int partition, StoreKey key) => _reader.Find(partition, key);

    /// <summary>
    /// Up to <paramref name="max"/> tombstones of the partition, those that a checkpoint moved already first and among them the oldest
    /// first.
    /// </summary>
    /// <exception cref="StorageDamagedException">What is stored is not what was written.</exception>
    /// <exception cref="StorageUnavailableException">SQLite could not read its file.</exception>
    public IReadOnlyList<(StoreKey Key, Stamp Stamp)> FindTombstones(int partition, int max) => _reader.FindTombstones(partition, max);

    /// <summary>
    /// About how many tombstones the partition has: what was written and purged since the last checkpoint is set off against SQLite without
    /// a look at each key.
    /// </summary>
    /// <exception cref="StorageUnavailableException">SQLite could not read its file.</exception>
    public long CountTombstones(int partition) => _reader.CountTombstones(partition);

    /// <summary>
    /// The first keys of these buckets of the partition after <paramref name="after"/>, in order, with the stamps of their entries. What a
    /// record placed meanwhile adds or takes may be among them or not. A page ends after a bounded number of rows, with however few keys.
    /// </summary>
    /// <exception cref="StorageDamagedException">What is stored is not what was written.</exception>
    /// <exception cref="StorageUnavailableException">SQLite could not read its file.</exception>
    public KeyPage ListKeys(int partition, StoreKey after, BucketSet buckets, int max) => _reader.ListKeys(partition, after, buckets, max);

    /// <summary>
    /// The sums of all buckets, exactly as of one moment between the call and its return. Reads as many rows as memory holds changes, and
    /// none of the others.
    /// </summary>
    /// <exception cref="StorageDamagedException">What is stored is not what was written.</exception>
    /// <exception cref="StorageUnavailableException">SQLite could not read its file.</exception>
    public BucketSums SumBuckets(int partition) => _reader.SumBuckets(partition);

    /// <summary>
    /// How many entries the partition has, tombstones too, and about how many bytes: what SQLite holds is reckoned from its first rows.
    /// </summary>
    /// <exception cref="StorageDamagedException">What is stored is not what was written.</exception>
    /// <exception cref="StorageUnavailableException">SQLite could not read its file.</exception>
    public PartitionSize EstimateSize(int partition) => _reader.EstimateSize(partition);

    /// <summary>Brings what was placed to stable storage and gives the directory up.</summary>
    public ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) == 0)
        {
            // Before the first part: whoever waits for the disk to take something should know why the wait ends.
            _wal.Close();
            foreach (var part in _parts)
            {
                part.Dispose();
            }
        }

        return ValueTask.CompletedTask;
    }

    /// <summary>
    /// Moves everything that is durable to SQLite now. Checkpoints run by themselves; this is for tests and for measuring.
    /// </summary>
    /// <returns>False when there was no room, or the engine failed or is closed.</returns>
    internal bool Checkpoint() => _checkpoints.RunNow();

    /// <inheritdoc cref="ScrubPass.Run"/>
    internal bool Scrub(Func<long, bool> goOn) => _scrubber.RunNow(goOn);
}
