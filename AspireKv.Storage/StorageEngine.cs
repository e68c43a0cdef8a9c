using AspireKv.Cluster.Keys;
using AspireKv.Cluster.Membership;
using AspireKv.Cluster.Messages;
using AspireKv.Cluster.Operations;
using AspireKv.Cluster.Replicas;
using AspireKv.Cluster.Topology;
using AspireKv.Cluster.Versioning;
using AspireKv.Storage.Files;
using AspireKv.Storage.Memtables;
using AspireKv.Storage.Scrub;
using AspireKv.Storage.Sqlite;
using AspireKv.Storage.Wal;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace AspireKv.Storage;

/// <summary>
/// What a node keeps: the only door to the write-ahead log, the memtable and SQLite. A record is placed in the log and visible to <see cref="Find"/> in one
/// step that never waits for the disk; it is durable once <see cref="DurablePosition"/> has reached its position; later a checkpoint moves it to SQLite, and
/// the log behind it is dropped.
/// </summary>
/// <remarks>
/// The caller makes one call at a time for one partition; different partitions do not wait for each other. Memory handed in (keys, values) is kept and must
/// not change afterwards.
/// </remarks>
internal sealed class StorageEngine : IAsyncDisposable
{
    private readonly DataDirectory _directory;
    private readonly SegmentFactory _segmentFactory;
    private readonly SqliteStore _sqlite;
    private readonly PartitionTables _tables;
    private readonly WriteAheadLog _log;
    private readonly Checkpointer _checkpointer;
    private readonly StorageFailures _failures;
    private readonly ScrubPass _scrub;
    private readonly Scrubber _scrubber;
    private readonly ILogger _logger;
    private readonly Lock _foundingGate = new();
    private int _isDisposed;
    private volatile FoundingRecord? _founding;

    private StorageEngine(
        IFileSystem files,
        DataDirectory directory,
        NodeIdentity identity,
        FoundingRecord? founding,
        SegmentFactory segmentFactory,
        SqliteStore sqlite,
        PartitionTables tables,
        WriteAheadLog log,
        StorageOptions options,
        StorageMetrics metrics,
        TimeProvider time,
        ILogger logger)
    {
        (_directory, Identity, _founding, _segmentFactory, _sqlite, _log) = (directory, identity, founding, segmentFactory, sqlite, log);
        (_tables, _logger) = (tables, logger);
        _failures = new StorageFailures(log, directory, metrics, logger);
        _checkpointer = new Checkpointer(files, directory.Path, segmentFactory, sqlite, tables, log, _failures, options, metrics, time, logger);
        _scrub = new ScrubPass(new LogRecovery(files, directory.LogDirectory, identity, () => _founding?.ClusterId, options.SegmentSizeBytes), sqlite, log, _failures, metrics, logger);
        _scrubber = new Scrubber(_scrub.Run, options, time);
    }

    public NodeIdentity Identity { get; }

    /// <summary>The founding record that this node holds durably, or null before.</summary>
    public FoundingRecord? Founding => _founding;

    /// <summary>Records at or below it are on stable storage.</summary>
    public long DurablePosition => _log.DurablePosition;

    /// <summary>The first failure of the disk, or damage found while reading; the engine takes no records any more.</summary>
    public Exception? Failure => _log.Failure;

    /// <summary>True while the disk has no room for more.</summary>
    public bool IsFull => _checkpointer.IsFull;

    /// <inheritdoc cref="Checkpointer.CheckRoom"/>
    public NotAppliedReason CheckRoom(Entry entry) => _checkpointer.CheckRoom(entry);

    /// <summary>Called on the log writer's thread after each group commit with the new durable position. Set before the first append.</summary>
    public Action<long>? OnDurable
    {
        get => _log.OnDurable;
        set => _log.OnDurable = value;
    }

    /// <summary>Called once, on the thread that found it, when <see cref="Failure"/> was set. Set before the first append.</summary>
    public Action<Exception>? OnFailure
    {
        get => _log.OnFailure;
        set => _log.OnFailure = value;
    }

    /// <summary>True when the founding record was among files that were set aside as damaged: that this node has none says nothing.</summary>
    public bool ForgotFounding => _founding is null && _directory.TimesSetAside > 0;

    /// <summary>
    /// True when <see cref="Failure"/> is damage, and opening the directory once more with <see cref="OpenOrSetAside"/> is safe and worth it. Settled before
    /// <see cref="OnFailure"/> is called.
    /// </summary>
    public bool MayBeginAnew => Failure is StorageDamagedException && _failures.MayBeginAnew;

    /// <summary>
    /// As <see cref="Open"/>. Where the files are damaged it moves them to a directory beside them, and begins with none: as another incarnation, which has no
    /// vote until the other nodes rebuilt it.
    /// </summary>
    /// <inheritdoc cref="Open" path="/exception[@cref='DataDirectoryException']"/>
    public static StorageEngine OpenOrSetAside(
        IFileSystem files, string dataDirectory, NodeId node, StorageOptions options, StorageMetrics metrics, TimeProvider time, ILogger logger)
    {
        try
        {
            return Open(files, dataDirectory, node, options, metrics, time, logger);
        }
        catch (StorageDamagedException exception)
        {
            metrics.Failed("damage");
            using var directory = DataDirectory.Open(files, dataDirectory);
            try
            {
                Log.SetAside(logger, directory.SetAside(exception.Message), exception.Message);
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                throw new DataDirectoryException(
                    $"The files in '{directory.Path}' are damaged ({exception.Message}) and cannot be moved: {failure.Message}", failure);
            }
        }

        return Open(files, dataDirectory, node, options, metrics, time, logger);
    }

    /// <inheritdoc cref="SqliteStore.BeforeCall"/>
    public Action<string>? BeforeSqliteCall
    {
        get => _sqlite.BeforeCall;
        set => _sqlite.BeforeCall = value;
    }

    /// <inheritdoc cref="Checkpointer.OnStep"/>
    public Action? OnCheckpointStep
    {
        get => _checkpointer.OnStep;
        set => _checkpointer.OnStep = value;
    }

    /// <summary>Opens the directory of the node, or makes it, and brings back everything that was durable.</summary>
    /// <exception cref="DataDirectoryException">It is in use, another node's, of another version, or cannot be written.</exception>
    /// <exception cref="StorageDamagedException">Something that was durable is not there, or not what it was.</exception>
    public static StorageEngine Open(
        IFileSystem files, string dataDirectory, NodeId node, StorageOptions options, StorageMetrics metrics, TimeProvider time, ILogger logger)
    {
        var directory = DataDirectory.Open(files, dataDirectory);
        SqliteStore? sqlite = null;
        try
        {
            directory.ThrowIfDamaged();
            var found = directory.ReadIdentity(node);
            var founding = directory.ReadFounding();
            var identity = found ?? FirstUse.Begin(files, directory, founding, node);
            sqlite = SqliteStore.Open(directory.SqlitePath, identity, options.MaxSqliteReaders);
            var segments = new SegmentFactory(files, directory.LogDirectory, identity, options.SegmentSizeBytes, options.ReservedSegments)
            {
                ClusterId = founding?.ClusterId ?? Guid.Empty,
            };
            if (found is null && segments.Create(firstPosition: 1, out _) is null)
            {
                throw new DataDirectoryException($"The data directory '{directory.Path}' cannot be used: there is no room on its disk.");
            }

            var isChecked = directory.SqliteBytes <= options.CheckedAtStartBytes;
            if (found is not null && isChecked)
            {
                sqlite.CheckAll();
            }

            files.SyncDirectory(directory.Path);
            var tables = new PartitionTables(options.CacheBytes);
            var replay = new Replay(tables, sqlite);
            var recovered = new LogRecovery(files, directory.LogDirectory, identity, () => founding?.ClusterId, options.SegmentSizeBytes)
                .Run(sqlite.AppliedPosition, replay.Apply);
            if (found is null)
            {
                directory.WriteIdentity(identity);
            }

            var log = new WriteAheadLog(files, segments, recovered, options, metrics, time, logger);
            var engine = new StorageEngine(files, directory, identity, founding, segments, sqlite, tables, log, options, metrics, time, logger);
            metrics.TimesSetAsideIs(directory.TimesSetAside);
            engine.Start(recovered, replay, isScrubDue: !isChecked);
            return engine;
        }
        catch (Exception exception)
        {
            sqlite?.Dispose();
            directory.Dispose();
            throw exception is IOException or UnauthorizedAccessException or SqliteException or FormatVersionException
                ? new DataDirectoryException($"The data directory '{directory.Path}' cannot be used: {exception.Message}", exception)
                : exception;
        }
    }

    /// <summary>Keeps the founding record for good; durable when it returns.</summary>
    /// <exception cref="InvalidOperationException">Another record is kept already; a cluster is founded once.</exception>
    public void WriteFounding(FoundingRecord record)
    {
        var encoded = SmallFileCodec.Encode(record);
        lock (_foundingGate)
        {
            if (_founding is { } founding)
            {
                if (!SmallFileCodec.Encode(founding).AsSpan().SequenceEqual(encoded))
                {
                    throw new InvalidOperationException(
                        $"This node belongs to cluster {founding.ClusterId} already and cannot take another founding record, of cluster {record.ClusterId}.");
                }

                return;
            }

            _directory.WriteFounding(encoded);
            _segmentFactory.ClusterId = record.ClusterId;
            _founding = record;
        }
    }

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
    /// Places the record in the log and makes it visible to <see cref="Find"/>; returns its position. Never waits for the disk.
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
            position = _log.Append(record);
            grown = table.Apply(record);
        }

        _checkpointer.MemtablesGrew(grown);
        return position;
    }

    /// <summary>Waits until the position is durable; false when the engine failed or was closed before.</summary>
    public bool WaitDurable(long position) => _log.WaitDurable(position);

    /// <summary>The entry of the key, or null; every record placed so far counts.</summary>
    /// <exception cref="StorageDamagedException">What is stored for the key is not what was written.</exception>
    public Entry? Find(int partition, StoreKey key)
    {
        var table = _tables[partition];
        while (true)
        {
            var lookup = table.Find(key, _tables.CacheBytesPerPartition);
            if (lookup.IsKnown)
            {
                return lookup.Entry;
            }

            var below = _failures.Read(_sqlite, (partition, key), static (sqlite, argument) => sqlite.Find(argument.partition, argument.key));
            if (table.TryCache(key, below, lookup.Version, _tables.CacheBytesPerPartition))
            {
                return lookup.Resolve(below);
            }
        }
    }

    /// <summary>Up to <paramref name="max"/> tombstones of the partition, those that a checkpoint moved already first and among them the oldest first.</summary>
    /// <exception cref="StorageDamagedException">SQLite cannot read its file.</exception>
    public IReadOnlyList<(StoreKey Key, Stamp Stamp)> FindTombstones(int partition, int max)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(max);
        var inMemory = _tables[partition].FindTombstones();
        var found = new List<(StoreKey Key, Stamp Stamp)>();
        if (!inMemory.HidesSqlite)
        {
            // As many more as may be void, so that none left over is missed.
            var stored = _failures.Read(_sqlite,
                (partition, max: (int)Math.Min((long)max + inMemory.MaxHidden, int.MaxValue)),
                static (sqlite, argument) => sqlite.FindTombstones(argument.partition, argument.max));
            found.AddRange(stored.Where(inMemory.Shows).Take(max));
        }

        found.AddRange(inMemory.Tombstones.OrderBy(tombstone => tombstone.Stamp).Take(max - found.Count));
        return found;
    }

    /// <summary>
    /// The first keys of the partition after <paramref name="after"/>, in order. A key that has no entry any more may be among them, as may one that a record
    /// placed meanwhile adds.
    /// </summary>
    /// <exception cref="StorageDamagedException">SQLite cannot read its file.</exception>
    public KeyPage ListKeys(int partition, StoreKey after, int max)
    {
        // Memory first: what a checkpoint moves to SQLite meanwhile is then seen twice rather than not at all.
        var (keys, hidesSqlite) = _tables[partition].ListKeys(after);
        var isLastOfSqlite = true;
        if (!hidesSqlite)
        {
            var stored = _failures.Read(_sqlite,
                (partition, after, max), static (sqlite, argument) => sqlite.ListKeys(argument.partition, argument.after, argument.max));
            isLastOfSqlite = stored.Count < max;
            keys.AddRange(stored);
        }

        StoreKey[] page = [.. keys.Distinct().Order().Take(max + 1)];
        return page.Length > max ? new KeyPage(page[..max], false) : new KeyPage(page, isLastOfSqlite);
    }

    /// <summary>Moves everything that is durable to SQLite now. Checkpoints run by themselves; this is for tests and for measuring.</summary>
    /// <returns>False when there was no room, or the engine failed or is closed.</returns>
    public bool Checkpoint() => _checkpointer.Run();

    /// <inheritdoc cref="ScrubPass.Run"/>
    public bool Scrub(Func<long, bool> goOn) => _scrub.Run(goOn);

    /// <summary>Brings what was placed to stable storage and gives the directory up.</summary>
    public ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0)
        {
            return ValueTask.CompletedTask;
        }

        _scrubber.Dispose();
        _log.Dispose();
        _checkpointer.Dispose();
        _sqlite.Dispose();
        _directory.Dispose();
        return ValueTask.CompletedTask;
    }

    private void Start(RecoveredLog recovered, Replay replay, bool isScrubDue)
    {
        if (recovered.TornBytes > 0)
        {
            Log.TornTailCut(_logger, recovered.TornBytes, recovered.LastPosition);
        }

        Log.Opened(
            _logger, _directory.Path, Identity.Node.Value, Identity.Incarnation, recovered.LastPosition, replay.Records, _sqlite.AppliedPosition);
        _log.Start();
        _checkpointer.Start(replay.MemtableBytes);
        _scrubber.Start(isScrubDue);
    }
}
