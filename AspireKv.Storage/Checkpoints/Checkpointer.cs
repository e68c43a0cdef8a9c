using AspireKv.Cluster.Operations;
using AspireKv.Cluster.Versioning;
using AspireKv.Storage.Failures;
using AspireKv.Storage.Files;
using AspireKv.Storage.Memtables;
using AspireKv.Storage.Sqlite;
using AspireKv.Storage.Wal;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace AspireKv.Storage.Checkpoints;

/// <summary>
/// Keeps memory, log and disk within their bounds: moves memtables to SQLite, lets go of the log behind them, fills the reserve up, and says when nothing
/// more may be added.
/// </summary>
internal sealed class Checkpointer : IDisposable
{
    private readonly IFileSystem _files;
    private readonly string _directory;
    private readonly SegmentFactory _segmentFactory;
    private readonly SqliteStore _sqlite;
    private readonly PartitionTables _tables;
    private readonly WriteAheadLog _log;
    private readonly StorageFailures _failures;
    private readonly CheckpointThread _thread;
    private readonly StorageOptions _options;
    private readonly StorageMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;

    /// <summary>Held during a checkpoint, for <see cref="_frozen"/> and the writing of SQLite.</summary>
    private readonly Lock _gate = new();

    /// <summary>True while the reserve cannot be filled up, or a checkpoint finds no room.</summary>
    private volatile bool _isFull;

    /// <summary>Bytes of all memtables, the frozen ones included.</summary>
    private long _memtableBytes;

    /// <summary>Bytes of the frozen memtables.</summary>
    private long _frozenBytes;

    /// <summary>Bytes that had been appended to the log when the last checkpoint began.</summary>
    private long _frozenLogBytes;

    /// <summary>1 from the asking for a checkpoint until it begins, so that not every append asks again.</summary>
    private int _isRequested;

    /// <summary>When the last checkpoint ended; touched by the thread of the checkpoints only.</summary>
    private long _ranAt;

    /// <summary>True when SQLite holds what the log still keeps segments for. Guarded by <see cref="_gate"/>.</summary>
    private bool _isDropDue;

    /// <summary>What a checkpoint began to move; kept when there was no room, for the next try. Guarded by <see cref="_gate"/>.</summary>
    private FrozenState? _frozen;

    public Checkpointer(
        IFileSystem files,
        string directory,
        SegmentFactory segmentFactory,
        SqliteStore sqlite,
        PartitionTables tables,
        WriteAheadLog log,
        StorageFailures failures,
        StorageOptions options,
        StorageMetrics metrics,
        TimeProvider time,
        ILogger logger)
    {
        (_files, _directory, _segmentFactory, _sqlite, _tables, _log) = (files, directory, segmentFactory, sqlite, tables, log);
        (_failures, _options, _metrics, _time, _logger) = (failures, options, metrics, time, logger);
        _thread = new CheckpointThread(Maintain);
        _ranAt = time.GetTimestamp();
        log.OnRotated = _thread.Request;
    }

    /// <summary>
    /// Called on the thread of a checkpoint after each of its steps: each commit to SQLite, the moving of its journal, the dropping of the log, the giving back
    /// of room. What the files are then is what a crash could leave.
    /// </summary>
    public Action? OnStep { get; set; }

    /// <summary>True while the disk has no room for more.</summary>
    public bool IsFull => _isFull || _log.IsOutOfRoom || _segmentFactory.IsReserveInUse;

    /// <summary>
    /// Why this entry should not be appended now, or <see cref="NotAppliedReason.None"/>: the engine failed, the log or the checkpoint to SQLite does not keep
    /// up, or the disk is full. Who asks first and appends then overshoots the bounds by one entry a thread. <see cref="StorageEngine.Append"/> itself refuses nothing
    /// while the engine works, since a promise that is refused half-way would leave a ballot that is neither taken nor given up.
    /// </summary>
    public NotAppliedReason CheckRoom(Entry entry)
    {
        if (_log.Failure is not null
            || Volatile.Read(ref _memtableBytes) > _options.MemtableLimitBytes
            || _log.PendingBytes > _options.MaxPendingBytes)
        {
            return NotAppliedReason.StorageUnavailable;
        }

        if (_log.Segments.Bytes > _options.LogLimitBytes)
        {
            Request();
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

    /// <summary>Counts what a record added to the memtables, and asks for a checkpoint when there is enough for one.</summary>
    public void MemtablesGrew(long grown)
    {
        var bytes = Interlocked.Add(ref _memtableBytes, grown);
        _metrics.MemtableIs(bytes);
        if (bytes - Volatile.Read(ref _frozenBytes) >= _options.MemtableBytes
            || _log.AppendedBytes - Volatile.Read(ref _frozenLogBytes) >= Math.Min(_options.CheckpointLogBytes, _options.LogLimitBytes / 2))
        {
            Request();
        }
    }

    /// <summary>Moves everything that is durable to SQLite now; false when there was no room, or the engine failed or is closed.</summary>
    public bool Run() => TryRun(out _);

    /// <param name="memtableBytes">Bytes that were replayed from the log.</param>
    public void Start(long memtableBytes)
    {
        _memtableBytes = memtableBytes;
        _metrics.MemtableIs(memtableBytes);

        // What was found is as much to be moved as what will be appended.
        _frozenLogBytes = -_log.Segments.Bytes;
        if (memtableBytes >= _options.MemtableBytes || _log.Segments.Bytes >= _options.CheckpointLogBytes)
        {
            _isRequested = 1;
        }

        _thread.Start();
    }

    /// <summary>Returns when no checkpoint is under way any more, not even one that somebody else runs.</summary>
    public void Dispose()
    {
        _thread.Dispose();
        lock (_gate)
        {
            _frozen = null;
        }
    }

    /// <summary>Fills the reserve up and runs a checkpoint if one is due; returns after how long to come again.</summary>
    private TimeSpan Maintain()
    {
        var hasRoom = HasRoom();
        var isDone = true;
        if (!hasRoom
            || _isFull
            || Volatile.Read(ref _isRequested) != 0
            || _time.GetElapsedTime(_ranAt) >= _options.CheckpointInterval)
        {
            isDone = RunInAnyRoom(out var isFull);
            hasRoom = HasRoom();
            SetFull(isFull || !hasRoom);
            _ranAt = _time.GetTimestamp();
        }

        return !isDone || !hasRoom
            ? _options.FullRetryInterval
            : TimeSpan.FromTicks(Math.Max(0, (_options.CheckpointInterval - _time.GetElapsedTime(_ranAt)).Ticks));
    }

    /// <summary>Where there is no room for SQLite, the reserve gives some: what is dropped from the log afterwards gives it back. One spare stays for the log.</summary>
    private bool RunInAnyRoom(out bool isFull)
    {
        while (true)
        {
            if (TryRun(out isFull) || !isFull || !_segmentFactory.ReleaseSpare(keep: 1))
            {
                return !isFull && _log.Failure is null;
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
            return _log.Failure is not null
                || (_segmentFactory.FillReserve()
                    && _files.GetAvailableBytes(_directory) >= SqliteStore.RoomToTake(Volatile.Read(ref _memtableBytes)) + _options.SegmentSizeBytes);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            _log.Fail(exception, part: "reserve");
            return true;
        }
    }

    private void SetFull(bool isFull)
    {
        isFull &= _log.Failure is null;
        if (isFull == _isFull)
        {
            return;
        }

        _isFull = isFull;
        _metrics.FullIs(isFull);
        if (isFull)
        {
            Log.DiskFull(_logger, _directory);
        }
        else
        {
            Log.DiskHasRoom(_logger, _directory);
        }
    }

    private void Request()
    {
        if (Volatile.Read(ref _isRequested) == 0 && Interlocked.Exchange(ref _isRequested, 1) == 0)
        {
            _thread.Request();
        }
    }

    private bool TryRun(out bool isFull)
    {
        isFull = false;
        lock (_gate)
        {
            try
            {
                if (_isDropDue && _log.Failure is null)
                {
                    // Before anything that may wait for the log, which may wait for this very room.
                    DropLog();
                }

                _frozen ??= Freeze();
                if (_log.Failure is not null || (_frozen is not null && !_log.WaitDurable(_frozen.LastPosition)))
                {
                    return false;
                }

                if (_frozen is not null)
                {
                    Move(_frozen);
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
                _failures.Report(new StorageDamagedException($"SQLite cannot write its file: {exception.Message}", exception));
                return false;
            }
            catch (Exception exception)
            {
                _log.Fail(exception, part: "checkpoint");
                return false;
            }
        }
    }

    /// <summary>Sets the changes of each partition aside in turn; null when there are none.</summary>
    private FrozenState? Freeze()
    {
        Volatile.Write(ref _isRequested, 0);

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
        using (var writer = new CheckpointWriter(_sqlite, OnStep))
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
        OnStep?.Invoke();
        _log.Segments.DropThrough(_sqlite.AppliedPosition);
        _isDropDue = false;
        OnStep?.Invoke();
        _sqlite.GiveBackSpace(all: _isFull);
        OnStep?.Invoke();
    }
}
