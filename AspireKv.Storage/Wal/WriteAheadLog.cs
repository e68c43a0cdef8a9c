using AspireKv.Cluster.Replicas;
using AspireKv.Storage.Files;
using Microsoft.Extensions.Logging;

namespace AspireKv.Storage.Wal;

/// <summary>
/// Gives every record a position and brings it to stable storage. Appending only encodes into a buffer; one thread writes and syncs all that has come
/// together since it last did (group commit), so under load many records share a sync.
/// </summary>
/// <remarks>
/// After a write or a sync failed, nothing is known of what is on the disk and trying again proves nothing (the kernel may have dropped the dirty pages and
/// forgotten the error): the log is poisoned, keeps the first failure and takes no more records.
/// </remarks>
internal sealed class WriteAheadLog : IDisposable
{
    /// <summary>The seal of a segment has its room from the start, like all else in it.</summary>
    private static readonly int SealBytes = Frame.SizeOf(1);

    private readonly StorageOptions _options;
    private readonly StorageMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly SegmentFactory _segmentFactory;
    private readonly IFileSystem _files;
    private readonly Thread _thread;

    /// <summary>Guards the buffer that is filled, the next position, and the flags of the writer's thread. Never held over I/O.</summary>
    private readonly object _gate = new();

    private GroupBuffer _filling = new();
    private GroupBuffer _writing = new();
    private long _nextPosition;
    private long _durablePosition;
    private long _appendedBytes;
    private int _pendingBytes;
    private bool _isMarked;
    private bool _isStopping;
    private bool _isOutOfRoom;
    private Exception? _failure;

    /// <summary>The file of the segment that is written; touched by the writer's thread only, once it runs.</summary>
    private IStorageFile _file;
    private long _offset;
    private long _salt;

    public WriteAheadLog(
        IFileSystem files,
        SegmentFactory segmentFactory,
        RecoveredLog recovered,
        StorageOptions options,
        StorageMetrics metrics,
        TimeProvider time,
        ILogger logger)
    {
        (_files, _segmentFactory, _options, _metrics, _time, _logger) = (files, segmentFactory, options, metrics, time, logger);
        Segments = new SegmentRow(segmentFactory, recovered.Segments, metrics, logger);
        _file = files.Open(recovered.Segments[^1].Path);
        _offset = recovered.EndOffset;
        _salt = recovered.Salt;
        _nextPosition = recovered.LastPosition + 1;
        _durablePosition = recovered.LastPosition;
        _isMarked = recovered.IsMarked;
        _thread = new Thread(Run) { IsBackground = true, Name = "write-ahead log" };
    }

    /// <summary>Called on the writer's thread after each group commit.</summary>
    public Action<long>? OnDurable { get; set; }

    /// <summary>Called once, without a lock held, when the log failed.</summary>
    public Action<Exception>? OnFailure { get; set; }

    /// <summary>Called on the writer's thread after the log went on in another segment.</summary>
    public Action? OnRotated { get; set; }

    /// <summary>True while the writer's thread waits for the disk to have room for records that were given a position.</summary>
    public bool IsOutOfRoom => Volatile.Read(ref _isOutOfRoom);

    /// <summary>The segments that make up the log.</summary>
    public SegmentRow Segments { get; }

    public Exception? Failure => Volatile.Read(ref _failure);

    public long DurablePosition => Volatile.Read(ref _durablePosition);

    /// <summary>The position of the last record that was given one.</summary>
    public long LastPosition
    {
        get
        {
            lock (_gate)
            {
                return _nextPosition - 1;
            }
        }
    }

    /// <summary>Bytes of frames appended since the process started.</summary>
    public long AppendedBytes => Volatile.Read(ref _appendedBytes);

    /// <summary>Bytes of frames that wait for the group commit under way to end. May be read from any thread.</summary>
    public int PendingBytes => Volatile.Read(ref _pendingBytes);

    public void Start() => _thread.Start();

    /// <summary>Gives the record its position. It is durable once <see cref="DurablePosition"/> has reached it.</summary>
    /// <exception cref="StorageUnavailableException">The log failed or was closed.</exception>
    /// <exception cref="ArgumentException">The format cannot hold the record.</exception>
    public long Append(ReplicaRecord record)
    {
        lock (_gate)
        {
            ThrowIfUnavailable();
            _appendedBytes += _filling.Add(_nextPosition, record);
            var position = _nextPosition++;
            _pendingBytes = _filling.Length;
            if (_filling.Count == 1)
            {
                // The writer's thread may wait for the first record; for more it never does.
                Monitor.PulseAll(_gate);
            }

            return position;
        }
    }

    /// <summary>Waits until the position is durable; false when the log failed or was closed before.</summary>
    public bool WaitDurable(long position)
    {
        lock (_gate)
        {
            while (_durablePosition < position)
            {
                if (_failure is not null || _isStopping)
                {
                    return false;
                }

                Monitor.Wait(_gate);
            }

            return true;
        }
    }

    /// <summary>Takes no more records from now on; the first reason given is kept.</summary>
    /// <param name="failure">The reason.</param>
    /// <param name="part">The part of the storage that failed, as the metric names it; null where it was counted already.</param>
    public void Fail(Exception failure, string? part)
    {
        lock (_gate)
        {
            if (_failure is not null)
            {
                return;
            }

            Volatile.Write(ref _failure, failure);
            Monitor.PulseAll(_gate);
        }

        if (part is not null)
        {
            _metrics.Failed(part);
            Log.StorageFailed(_logger, part, failure);
        }

        _metrics.FailedForGood();
        OnFailure?.Invoke(failure);
    }

    /// <summary>Writes and marks what is still in the buffer, and ends the thread.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_isStopping)
            {
                return;
            }

            _isStopping = true;
            Monitor.PulseAll(_gate);
        }

        if (_thread.ThreadState.HasFlag(ThreadState.Unstarted))
        {
            _file.Dispose();
        }
        else
        {
            _thread.Join();
        }
    }

    private void Run()
    {
        try
        {
            while (TakeGroup())
            {
                Commit(_writing);
                _writing.Clear();
            }
        }
        catch (StorageUnavailableException) when (_isStopping)
        {
            // It was to end while it waited for room. What is not written was acknowledged to nobody.
        }
        catch (Exception exception)
        {
            // Whatever it was, records that were given a position may never become durable.
            Fail(exception, part: "wal");
        }
        finally
        {
            _file.Dispose();
        }
    }

    /// <summary>Waits for records and takes all there are; false when there is nothing more to do.</summary>
    private bool TakeGroup()
    {
        lock (_gate)
        {
            while (_filling.Count == 0)
            {
                if (_failure is not null || (_isStopping && _isMarked))
                {
                    return false;
                }

                if (_isMarked)
                {
                    Monitor.Wait(_gate);
                }
                else if (_isStopping || (!Monitor.Wait(_gate, _options.IdleMarkDelay) && _filling.Count == 0))
                {
                    _filling.AddMark(_nextPosition++);
                }
            }

            if (_failure is not null)
            {
                return false;
            }

            (_filling, _writing) = (_writing, _filling);
            _pendingBytes = 0;
            return true;
        }
    }

    private void Commit(GroupBuffer group)
    {
        if (_offset + group.Length + SealBytes > _options.SegmentSizeBytes && _offset > SegmentHeader.Bytes)
        {
            Rotate(group.FirstPosition);
        }

        var start = _time.GetTimestamp();
        group.Finish(_durablePosition, _salt);
        Write(group.Bytes);
        _file.Sync();
        Volatile.Write(ref _isOutOfRoom, false);
        _offset += group.Length;
        var duration = _time.GetElapsedTime(start);
        lock (_gate)
        {
            Volatile.Write(ref _durablePosition, group.LastPosition);
            _isMarked = group.IsOnlyMark;
            Monitor.PulseAll(_gate);
        }

        _metrics.Flushed(duration, group.Count, group.Length);
        Log.GroupCommitted(_logger, group.LastPosition, group.Count, group.Length, duration.TotalMilliseconds);
        OnDurable?.Invoke(group.LastPosition);
    }

    /// <summary>
    /// Goes on in a new segment. It is there for good before the old one is sealed, so that after a seal the next segment can be missed.
    /// </summary>
    private void Rotate(long firstPosition)
    {
        var next = CreateSegment(firstPosition, out var salt);
        var seal = new byte[SealBytes];
        Frame.Begin(seal, 1, firstPosition);
        seal[Frame.HeaderBytes] = Frame.SealKind;
        Frame.Finish(seal, _durablePosition, _salt);
        Write(seal);
        _file.Sync();
        var bytes = Math.Max(_file.Length, _offset + seal.Length);
        _file.Dispose();

        _file = _files.Open(next.Path);
        _offset = SegmentHeader.Bytes;
        _salt = salt;
        Segments.Advance(bytes, next);
        Log.SegmentStarted(_logger, next.Path, firstPosition);
        OnRotated?.Invoke();
    }

    private Segment CreateSegment(long firstPosition, out long salt)
    {
        while (true)
        {
            if (_segmentFactory.Create(firstPosition, out salt) is { } segment)
            {
                return segment;
            }

            if (!WaitForRoom())
            {
                throw new StorageUnavailableException("The disk is full, and the log is to be closed.");
            }
        }
    }

    /// <summary>
    /// Writes at the end of the log. A write that found no room can be made again, unlike a sync that failed. Segments have their room from the start, so this
    /// is for groups larger than a segment, and for file systems that write elsewhere than they promised.
    /// </summary>
    private void Write(ReadOnlySpan<byte> bytes)
    {
        while (true)
        {
            try
            {
                _file.Write(bytes, _offset);
                return;
            }
            catch (IOException exception) when (DiskFull.Is(exception))
            {
                if (!_segmentFactory.ReleaseSpare(keep: 0) && !WaitForRoom())
                {
                    throw new StorageUnavailableException("The disk is full, and the log is to be closed.", exception);
                }
            }
        }
    }

    /// <summary>False when the log is to stop instead. The records that wait have their positions, so that nothing but waiting is left.</summary>
    private bool WaitForRoom()
    {
        lock (_gate)
        {
            Volatile.Write(ref _isOutOfRoom, true);
            if (!_isStopping)
            {
                Monitor.Wait(_gate, _options.FullRetryInterval);
            }

            return !_isStopping;
        }
    }

    /// <summary>Called under <see cref="_gate"/>.</summary>
    private void ThrowIfUnavailable()
    {
        if (_failure is { } failure)
        {
            throw new StorageUnavailableException($"The write-ahead log failed: {failure.Message}", failure);
        }

        if (_isStopping)
        {
            throw new StorageUnavailableException("The write-ahead log is closed.");
        }
    }
}
