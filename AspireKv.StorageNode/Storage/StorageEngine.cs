using AspireKv.Cluster.Consensus;
using AspireKv.Cluster.Operations;
using AspireKv.Cluster.Ring;
using AspireKv.Cluster.Topology;
using AspireKv.Cluster.Versioning;
using AspireKv.StorageNode.Storage.Checkpoints;
using AspireKv.StorageNode.Storage.Codec;
using AspireKv.StorageNode.Storage.Files;
using AspireKv.StorageNode.Storage.Memtables;
using AspireKv.StorageNode.Storage.Scrub;
using AspireKv.StorageNode.Storage.Sqlite;
using AspireKv.StorageNode.Storage.Wal;
using Microsoft.Data.Sqlite;

namespace AspireKv.StorageNode.Storage;

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
    private readonly CheckpointThread _checkpoints;
    private readonly Scrubber _scrubber;
    private readonly IFileSystem _files;
    private readonly StorageOptions _options;
    private readonly StorageMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;

    /// <summary>Held during a checkpoint, for <see cref="_frozen"/> and the writing of SQLite.</summary>
    private readonly Lock _checkpointGate = new();

    private readonly Lock _foundingGate = new();
    private int _isDisposed;

    /// <summary>True while the reserve cannot be filled up, or a checkpoint finds no room.</summary>
    private volatile bool _isFull;

    /// <summary>Bytes of all memtables, the frozen ones included.</summary>
    private long _memtableBytes;

    /// <summary>Bytes of the frozen memtables.</summary>
    private long _frozenBytes;

    /// <summary>Bytes that had been appended to the log when the last checkpoint began.</summary>
    private long _frozenLogBytes;

    /// <summary>1 from the asking for a checkpoint until it begins, so that not every append asks again.</summary>
    private int _isCheckpointRequested;

    /// <summary>When the last checkpoint ended; touched by the thread of the checkpoints only.</summary>
    private long _checkpointedAt;

    /// <summary>True when SQLite holds what the log still keeps segments for. Guarded by <see cref="_checkpointGate"/>.</summary>
    private bool _isDropDue;

    /// <summary>What a checkpoint began to move; kept when there was no room, for the next try. Guarded by <see cref="_checkpointGate"/>.</summary>
    private FrozenState? _frozen;
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
        _files = files;
        (_directory, Identity, _founding, _segmentFactory, _sqlite, _log) = (directory, identity, founding, segmentFactory, sqlite, log);
        (_tables, _options, _metrics, _time, _logger) = (tables, options, metrics, time, logger);
        _checkpoints = new CheckpointThread(Maintain);
        _scrubber = new Scrubber(Scrub, options, time);
        _checkpointedAt = time.GetTimestamp();
        log.OnRotated = _checkpoints.Request;
    }

    public NodeIdentity Identity { get; }

    /// <summary>The founding record that this node holds durably, or null before.</summary>
    public FoundingRecord? Founding => _founding;

    /// <summary>Records at or below it are on stable storage.</summary>
    public long DurablePosition => _log.DurablePosition;

    /// <summary>The first failure of the disk, or damage found while reading; the engine takes no records any more.</summary>
    public Exception? Failure => _log.Failure;

    /// <summary>True while the disk has no room for more.</summary>
    public bool IsFull => _isFull || _log.IsOutOfRoom || _segmentFactory.IsReserveInUse;

    /// <summary>
    /// Why this entry should not be appended now, or <see cref="NotAppliedReason.None"/>: the engine failed, the log or the checkpoint to SQLite does not keep
    /// up, or the disk is full. Who asks first and appends then overshoots the bounds by one entry a thread. <see cref="Append"/> itself refuses nothing
    /// while the engine works, since a promise that is refused half-way would leave a ballot that is neither taken nor given up.
    /// </summary>
    public NotAppliedReason CheckRoom(Entry entry)
    {
        if (Failure is not null
            || Volatile.Read(ref _memtableBytes) > _options.MemtableLimitBytes
            || _log.PendingBytes > _options.MaxPendingBytes)
        {
            return NotAppliedReason.StorageUnavailable;
        }

        if (_log.Bytes > _options.LogLimitBytes)
        {
            RequestCheckpoint();
            return NotAppliedReason.StorageUnavailable;
        }

        if (!IsFull)
        {
            return NotAppliedReason.None;
        }

        // What gives room back, and what stamps an entry anew that is there already, may live on the reserve.
        var isNew = !entry.IsTombstone && entry.Stamp == entry.Revision;
        return isNew || _segmentFactory.SpareCount == 0 ? NotAppliedReason.StorageFull : NotAppliedReason.None;
    }

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
    public bool ForgotFounding => _founding is null && _directory.WasSetAside;

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

    /// <summary>
    /// Called on the thread of a checkpoint after each of its steps: each commit to SQLite, the moving of its journal, the dropping of the log, the giving back
    /// of room. What the files are then is what a crash could leave.
    /// </summary>
    public Action? OnCheckpointStep { get; set; }

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
            if (found is null)
            {
                if (segments.Create(firstPosition: 1) is null)
                {
                    throw new DataDirectoryException($"The data directory '{directory.Path}' cannot be used: there is no room on its disk.");
                }
            }

            if (found is not null && directory.SqliteBytes <= options.CheckedAtStartBytes)
            {
                sqlite.CheckAll();
            }

            files.SyncDirectory(directory.Path);
            var tables = new PartitionTables(options.CacheBytes);
            var replay = new Replay(tables, sqlite);
            var recovered = new LogRecovery(files, directory.LogDirectory, identity, founding?.ClusterId, options.SegmentSizeBytes)
                .Run(sqlite.AppliedPosition, replay.Apply);
            if (found is null)
            {
                directory.WriteIdentity(identity);
            }

            var log = new WriteAheadLog(files, segments, recovered, options, metrics, time, logger);
            var engine = new StorageEngine(files, directory, identity, founding, segments, sqlite, tables, log, options, metrics, time, logger);
            engine.Start(recovered, replay);
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
        var encoded = FoundingCodec.Encode(record);
        lock (_foundingGate)
        {
            if (_founding is { } founding)
            {
                if (!FoundingCodec.Encode(founding).AsSpan().SequenceEqual(encoded))
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

        var bytes = Interlocked.Add(ref _memtableBytes, grown);
        _metrics.MemtableIs(bytes);
        if (bytes - Volatile.Read(ref _frozenBytes) >= _options.MemtableBytes
            || _log.AppendedBytes - Volatile.Read(ref _frozenLogBytes) >= Math.Min(_options.CheckpointLogBytes, _options.LogLimitBytes / 2))
        {
            RequestCheckpoint();
        }

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

            var below = ReadSqlite((partition, key), static (sqlite, argument) => sqlite.Find(argument.partition, argument.key));
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
            var stored = ReadSqlite(
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
            var stored = ReadSqlite(
                (partition, after, max), static (sqlite, argument) => sqlite.ListKeys(argument.partition, argument.after, argument.max));
            isLastOfSqlite = stored.Count < max;
            keys.AddRange(stored);
        }

        StoreKey[] page = [.. keys.Distinct().Order().Take(max + 1)];
        return page.Length > max ? new KeyPage(page[..max], false) : new KeyPage(page, isLastOfSqlite);
    }

    /// <summary>Moves everything that is durable to SQLite now. Checkpoints run by themselves; this is for tests and for measuring.</summary>
    /// <returns>False when there was no room, or the engine failed or is closed.</returns>
    public bool Checkpoint() => TryCheckpoint(out _);

    /// <summary>Reads everything that is stored once and compares it with its checksums; what is still being written is left out.</summary>
    /// <param name="goOn">Called with the bytes of each part that was read; ends the pass where it returns false.</param>
    /// <returns>False when the engine failed, as it does on damage, or the pass was ended.</returns>
    public bool Scrub(Func<long, bool> goOn)
    {
        try
        {
            var total = 0L;
            foreach (var bytes in _log.GetClosed().Select(CheckSegment).Concat(ReadSqlite(0, static (sqlite, _) => sqlite.ListPartitions()).Select(CheckPartition)))
            {
                total += bytes;
                _metrics.Scrubbed(bytes);
                if (Failure is not null || !goOn(bytes))
                {
                    return false;
                }
            }

            _metrics.PassEnded();
            Log.Scrubbed(_logger, total);
            return true;
        }
        catch (StorageDamagedException)
        {
            return false;
        }
        catch (Exception exception)
        {
            _log.Fail(exception);
            return false;
        }
    }

    private long CheckPartition(int partition) => ReadSqlite(partition, static (sqlite, partition) => sqlite.Check(partition));

    private long CheckSegment((Segment Segment, long NextFirstPosition) closed)
    {
        try
        {
            new LogRecovery(_files, _directory.LogDirectory, Identity, Founding?.ClusterId, _options.SegmentSizeBytes)
                .Check(closed.Segment, closed.NextFirstPosition);
            return closed.Segment.Bytes;
        }
        catch (Exception exception) when (!_log.IsKept(closed.Segment) && exception is StorageDamagedException or IOException)
        {
            // Dropped and used again meanwhile.
            return 0;
        }
        catch (StorageDamagedException exception)
        {
            OnDamage(exception);
            throw;
        }
    }

    private bool TryCheckpoint(out bool isFull)
    {
        isFull = false;
        lock (_checkpointGate)
        {
            try
            {
                _frozen ??= Freeze();
                if (_log.Failure is not null || (_frozen is not null && !_log.WaitDurable(_frozen.LastPosition)))
                {
                    return false;
                }

                if (_frozen is not null)
                {
                    Move(_frozen);
                }

                if (_isDropDue)
                {
                    DropLog();
                }

                return true;
            }
            catch (SqliteException exception) when (SqliteStore.IsFull(exception))
            {
                isFull = true;
                _metrics.Failed("checkpoint");
                if (!_isFull)
                {
                    Log.CheckpointPutOff(_logger, exception);
                }

                return false;
            }
            catch (SqliteException exception) when (SqliteStore.IsDamage(exception))
            {
                OnDamage(new StorageDamagedException($"SQLite cannot write its file: {exception.Message}", exception));
                return false;
            }
            catch (Exception exception)
            {
                _log.Fail(exception);
                return false;
            }
        }
    }

    /// <summary>Brings what was placed to stable storage and gives the directory up.</summary>
    public ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0)
        {
            return ValueTask.CompletedTask;
        }

        _scrubber.Dispose();
        _log.Dispose();
        _checkpoints.Dispose();
        lock (_checkpointGate)
        {
            _sqlite.Dispose();
        }

        _directory.Dispose();
        return ValueTask.CompletedTask;
    }

    private void Start(RecoveredLog recovered, Replay replay)
    {
        _memtableBytes = replay.MemtableBytes;
        if (recovered.TornBytes > 0)
        {
            Log.TornTailCut(_logger, recovered.TornBytes, recovered.LastPosition);
        }

        Log.Opened(
            _logger, _directory.Path, Identity.Node.Value, Identity.Incarnation, recovered.LastPosition, replay.Records, _sqlite.AppliedPosition);
        _metrics.WalIs(recovered.Segments.Sum(segment => segment.Bytes));
        _metrics.MemtableIs(_memtableBytes);

        // What was found is as much to be moved as what will be appended.
        _frozenLogBytes = -_log.Bytes;
        if (_memtableBytes >= _options.MemtableBytes || _log.Bytes >= _options.CheckpointLogBytes)
        {
            _isCheckpointRequested = 1;
        }

        _log.Start();
        _checkpoints.Start();
        _scrubber.Start();
    }

    /// <summary>Fills the reserve up and runs a checkpoint if one is due; returns after how long to come again.</summary>
    private TimeSpan Maintain()
    {
        var hasRoom = HasRoom();
        var isDone = true;
        if (!hasRoom
            || _isFull
            || Volatile.Read(ref _isCheckpointRequested) != 0
            || _time.GetElapsedTime(_checkpointedAt) >= _options.CheckpointInterval)
        {
            isDone = CheckpointInAnyRoom(out var isFull);
            hasRoom = HasRoom();
            SetFull(isFull || !hasRoom);
            _checkpointedAt = _time.GetTimestamp();
        }

        return !isDone || !hasRoom
            ? _options.FullRetryInterval
            : TimeSpan.FromTicks(Math.Max(0, (_options.CheckpointInterval - _time.GetElapsedTime(_checkpointedAt)).Ticks));
    }

    /// <summary>Where there is no room for SQLite, the reserve gives some: what is dropped from the log afterwards gives it back. One spare stays for the log.</summary>
    private bool CheckpointInAnyRoom(out bool isFull)
    {
        while (true)
        {
            if (TryCheckpoint(out isFull) || !isFull || !_segmentFactory.ReleaseSpare(keep: 1))
            {
                return !isFull && Failure is null;
            }
        }
    }

    /// <summary>
    /// Fills the reserve up; true when that could be done and there is room besides for SQLite to take in all that memory holds. Once there is not, nothing
    /// may be added, or the checkpoint that gives room back would find none.
    /// </summary>
    private bool HasRoom()
    {
        try
        {
            return Failure is not null
                || (_segmentFactory.FillReserve()
                    && _files.GetAvailableBytes(_directory.Path) >= SqliteStore.RoomToTake(Volatile.Read(ref _memtableBytes)) + _options.SegmentSizeBytes);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            _log.Fail(exception);
            return true;
        }
    }

    private void SetFull(bool isFull)
    {
        isFull &= Failure is null;
        if (isFull == _isFull)
        {
            return;
        }

        _isFull = isFull;
        _metrics.FullIs(isFull);
        if (isFull)
        {
            Log.DiskFull(_logger, _directory.Path);
        }
        else
        {
            Log.DiskHasRoom(_logger, _directory.Path);
        }
    }

    private void RequestCheckpoint()
    {
        if (Volatile.Read(ref _isCheckpointRequested) == 0 && Interlocked.Exchange(ref _isCheckpointRequested, 1) == 0)
        {
            _checkpoints.Request();
        }
    }

    private TResult ReadSqlite<TArgument, TResult>(TArgument argument, Func<SqliteStore, TArgument, TResult> read)
    {
        try
        {
            return read(_sqlite, argument);
        }
        catch (StorageDamagedException exception)
        {
            OnDamage(exception);
            throw;
        }
        catch (SqliteException exception)
        {
            // The disk under SQLite fails; what it holds is missing as much as if it were damaged.
            _log.Fail(exception);
            throw new StorageUnavailableException($"SQLite could not read: {exception.Message}", exception);
        }
    }

    /// <summary>A node with a hole in its memory must not go on voting, nor begin to again after a restart.</summary>
    private void OnDamage(StorageDamagedException damage)
    {
        Log.DamageFound(_logger, damage.Message);
        _metrics.Failed("damage");
        try
        {
            _directory.NoteDamage(damage.Message);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Log.DamageNotNoted(_logger, exception);
        }

        _log.Fail(damage);
    }

    /// <summary>Sets the changes of each partition aside in turn; null when there are none.</summary>
    private FrozenState? Freeze()
    {
        Volatile.Write(ref _isCheckpointRequested, 0);

        // Taken first: a record up to here was applied under the lock of its table, or will be before that table can be frozen.
        var appliedPosition = _log.LastPosition;
        Volatile.Write(ref _frozenLogBytes, _log.AppendedBytes);
        var partitions = _tables.Freeze();
        Volatile.Write(ref _frozenBytes, partitions.Sum(partition => partition.Changes.Bytes));
        return partitions.Count == 0 ? null : new FrozenState(appliedPosition, _log.LastPosition, partitions);
    }

    private void Move(FrozenState frozen)
    {
        var start = _time.GetTimestamp();
        int entries;
        using (var writer = new CheckpointWriter(_sqlite, OnCheckpointStep))
        {
            entries = writer.Write(frozen);
        }

        _sqlite.NoteApplied(frozen.AppliedPosition);

        foreach (var (_, table, changes) in frozen.Partitions)
        {
            table.Release(_tables.CacheBytesPerPartition);
            Interlocked.Add(ref _memtableBytes, -changes.Bytes);
        }

        _frozen = null;
        _isDropDue = true;
        Volatile.Write(ref _frozenBytes, 0);
        DropLog();
        var duration = _time.GetElapsedTime(start);
        _metrics.MemtableIs(Volatile.Read(ref _memtableBytes));
        _metrics.Checkpointed(duration);
        Log.Checkpointed(_logger, entries, frozen.AppliedPosition, duration.TotalMilliseconds);
    }

    /// <summary>Lets go of what SQLite holds for good, in the log and in SQLite's own file.</summary>
    private void DropLog()
    {
        _sqlite.MoveJournal();
        OnCheckpointStep?.Invoke();
        _log.DropThrough(_sqlite.AppliedPosition);
        _isDropDue = false;
        OnCheckpointStep?.Invoke();
        _sqlite.GiveBackSpace(all: _isFull);
        OnCheckpointStep?.Invoke();
    }
}
