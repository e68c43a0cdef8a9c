using AspireKv.Cluster.Operations;
using AspireKv.Cluster.Versioning;
using AspireKv.Storage.Failures;
using AspireKv.Storage.Files;
using AspireKv.Storage.Sqlite;
using AspireKv.Storage.Wal;
using Microsoft.Extensions.Logging;

namespace AspireKv.Storage.Checkpoints;

/// <summary>
/// Memory, write-ahead log and disk against their bounds: says whether one more entry may be added, and when there is enough for a
/// checkpoint. Keeps the reserve of the disk full, which deletes, promises and checkpoints live on where the disk has no room.
/// </summary>
internal sealed class Room
{
    private readonly IFileSystem _files;
    private readonly string _directory;
    private readonly SegmentFactory _segmentFactory;
    private readonly SegmentRow _segments;
    private readonly WriteAheadLog _wal;
    private readonly StorageFailures _failures;
    private readonly Patience _patience;
    private readonly CheckpointThread _thread;
    private readonly WalOptions _walOptions;
    private readonly CheckpointOptions _options;
    private readonly CheckpointMetrics _metrics;
    private readonly ILogger _logger;

    /// <summary>Bytes of all memtables, the frozen ones included.</summary>
    private long _memtableBytes;

    /// <summary>Bytes of the frozen memtables.</summary>
    private long _frozenBytes;

    /// <summary>Bytes that had been appended to the write-ahead log when the last checkpoint began.</summary>
    private long _frozenWalBytes;

    /// <summary>1 from the asking for a checkpoint until it begins, so that not every append asks again.</summary>
    private int _isCheckpointDue;

    private volatile bool _isShort;

    public Room(
        IFileSystem files,
        string directory,
        SegmentFactory segmentFactory,
        SegmentRow segments,
        WriteAheadLog wal,
        StorageFailures failures,
        Patience patience,
        CheckpointThread thread,
        WalOptions walOptions,
        CheckpointOptions options,
        CheckpointMetrics metrics,
        ILogger logger)
    {
        (_files, _directory, _segmentFactory, _segments, _wal) = (files, directory, segmentFactory, segments, wal);
        (_failures, _patience, _thread) = (failures, patience, thread);
        (_walOptions, _options, _metrics, _logger) = (walOptions, options, metrics, logger);
    }

    /// <summary>True while the disk has no room for more.</summary>
    public bool IsFull => _isShort || _wal.IsOutOfRoom || _segmentFactory.IsReserveInUse;

    /// <summary>
    /// True while the reserve cannot be filled up, or a checkpoint finds no room. Changed by the thread of the checkpoints only.
    /// </summary>
    public bool IsShort => _isShort;

    /// <summary>True when memory or write-ahead log have enough for a checkpoint.</summary>
    public bool IsCheckpointDue => Volatile.Read(ref _isCheckpointDue) != 0;

    /// <summary>
    /// Why this entry should not be appended now, or <see cref="NotAppliedReason.None"/>: the engine failed, the write-ahead log or the
    /// checkpoint to SQLite does not keep up, or the disk is full. Callers that ask first and append then overshoot the bounds by one entry
    /// a thread.
    /// </summary>
    public NotAppliedReason Check(Entry entry)
    {
        if (_failures.First is not null
            || Volatile.Read(ref _memtableBytes) > _options.MemtableLimitBytes
            || _wal.PendingBytes > _walOptions.MaxPendingBytes)
        {
            return NotAppliedReason.StorageUnavailable;
        }

        if (_segments.Bytes > _walOptions.LimitBytes)
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

    /// <summary>Counts what was replayed; a checkpoint is due at once when that is enough for one.</summary>
    public void Begin(long replayedBytes)
    {
        _memtableBytes = replayedBytes;
        _metrics.MemtableIs(replayedBytes);

        // What was found is as much to be moved as what will be appended.
        _frozenWalBytes = -_segments.Bytes;
        if (replayedBytes >= _options.MemtableBytes || _segments.Bytes >= _options.WalBytes)
        {
            _isCheckpointDue = 1;
        }
    }

    /// <summary>Counts what a record added to the memtables, and asks for a checkpoint when there is enough for one.</summary>
    public void CountAppended(long grown)
    {
        var bytes = Interlocked.Add(ref _memtableBytes, grown);
        _metrics.MemtableIs(bytes);
        if (bytes - Volatile.Read(ref _frozenBytes) >= _options.MemtableBytes
            || _wal.AppendedBytes - Volatile.Read(ref _frozenWalBytes) >= Math.Min(_options.WalBytes, _walOptions.LimitBytes / 2))
        {
            RequestCheckpoint();
        }
    }

    /// <summary>A checkpoint begins; what is appended from here on is for the next one.</summary>
    public void BeginCheckpoint()
    {
        Volatile.Write(ref _isCheckpointDue, 0);
        Volatile.Write(ref _frozenWalBytes, _wal.AppendedBytes);
    }

    /// <summary>So many bytes of memtables are frozen for the checkpoint.</summary>
    public void CountFrozen(long bytes) => Volatile.Write(ref _frozenBytes, bytes);

    /// <summary>So many bytes of frozen memtables are in SQLite now, and gone from memory.</summary>
    public void CountReleased(long bytes) => Interlocked.Add(ref _memtableBytes, -bytes);

    /// <summary>Nothing is frozen any more.</summary>
    public void EndCheckpoint()
    {
        Volatile.Write(ref _frozenBytes, 0);
        _metrics.MemtableIs(Volatile.Read(ref _memtableBytes));
    }

    /// <summary>
    /// Fills the reserve up, and looks whether there is room besides for SQLite to take in all that memory holds. Once there is not,
    /// nothing may be added, or the checkpoint that gives room back would find none.
    /// </summary>
    public ReserveState FillReserve()
    {
        try
        {
            return _failures.First is not null
                || (_segmentFactory.FillReserve()
                    && _files.GetAvailableBytes(_directory)
                        >= SqliteStore.RoomToTake(Volatile.Read(ref _memtableBytes)) + _walOptions.SegmentSizeBytes)
                ? ReserveState.Filled
                : ReserveState.NoRoom;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or OutOfMemoryException)
        {
            NoteReserveFault(exception);
            return ReserveState.Unknown;
        }
    }

    /// <summary>
    /// Gives the room of a spare to SQLite; false when there is none to give. What the checkpoint then drops from the write-ahead log gives
    /// the room back, and one spare stays for the write-ahead log until then.
    /// </summary>
    public bool GiveUpSpare()
    {
        try
        {
            return _segmentFactory.ReleaseSpare(keep: 1);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or OutOfMemoryException)
        {
            NoteReserveFault(exception);
            return false;
        }
    }

    /// <summary>Notes whether the disk has room, and says so in the log when that changed.</summary>
    public void NoteShort(bool isShort)
    {
        isShort &= _failures.First is null;
        if (isShort == _isShort)
        {
            return;
        }

        _isShort = isShort;
        _metrics.FullIs(isShort);
        if (isShort)
        {
            Log.DiskFull(_logger, _directory);
        }
        else
        {
            Log.DiskHasRoom(_logger, _directory);
        }
    }

    private void NoteReserveFault(Exception exception)
    {
        if (TransientFaults.Is(exception))
        {
            _patience.Note("reserve", exception);
        }
        else
        {
            _failures.Fail(exception, part: "reserve");
        }
    }

    private void RequestCheckpoint()
    {
        if (Volatile.Read(ref _isCheckpointDue) == 0 && Interlocked.Exchange(ref _isCheckpointDue, 1) == 0)
        {
            _thread.Request();
        }
    }
}
