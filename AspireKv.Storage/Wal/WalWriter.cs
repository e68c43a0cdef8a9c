using AspireKv.Storage.Failures;
using AspireKv.Storage.Files;
using AspireKv.Storage.Observers;
using Microsoft.Extensions.Logging;

namespace AspireKv.Storage.Wal;

/// <summary>
/// Brings the groups of the <see cref="WriteAheadLog"/> to stable storage, one after the other, on a thread of its own: writes a group with
/// one call and syncs it with one, and goes on in another segment where the group does not fit.
/// </summary>
internal sealed class WalWriter : IDisposable
{
    private readonly IFileSystem _files;
    private readonly WriteAheadLog _wal;
    private readonly SegmentFactory _segmentFactory;
    private readonly SegmentRow _segments;
    private readonly StorageFailures _failures;
    private readonly WalOptions _options;
    private readonly WalMetrics _metrics;
    private readonly IStorageObserver _observer;
    private readonly Action _onRotated;
    private readonly SyncTimes _syncTimes;
    private readonly ILogger _logger;
    private readonly Thread _thread;

    /// <summary>
    /// The file of the segment that is written. File, offset and salt are touched by the writer's thread only, once it runs.
    /// </summary>
    private IStorageFile _file;

    /// <summary>Where in the file the next frame goes.</summary>
    private long _offset;

    /// <summary>The salt of the segment.</summary>
    private long _salt;

    /// <param name="files">The file system.</param>
    /// <param name="wal">What is to be written.</param>
    /// <param name="recovered">Where to go on.</param>
    /// <param name="segmentFactory">Makes further segments.</param>
    /// <param name="segments">The segments; they learn of each further one.</param>
    /// <param name="failures">Where a failed call is reported.</param>
    /// <param name="options">The size of a segment.</param>
    /// <param name="metrics">What was written.</param>
    /// <param name="observer">Hears of each group that is durable.</param>
    /// <param name="onRotated">Called on the writer's thread after it went on in another segment; must not wait.</param>
    /// <param name="syncTimes">Learns how long each group took.</param>
    /// <param name="logger">The logger.</param>
    public WalWriter(
        IFileSystem files,
        WriteAheadLog wal,
        RecoveredWal recovered,
        SegmentFactory segmentFactory,
        SegmentRow segments,
        StorageFailures failures,
        WalOptions options,
        WalMetrics metrics,
        IStorageObserver observer,
        Action onRotated,
        SyncTimes syncTimes,
        ILogger logger)
    {
        (_files, _wal, _segmentFactory, _segments, _failures) = (files, wal, segmentFactory, segments, failures);
        (_options, _metrics, _observer, _onRotated, _syncTimes, _logger) = (options, metrics, observer, onRotated, syncTimes, logger);
        _file = files.Open(recovered.Segments[^1].Path);
        _offset = recovered.EndOffset;
        _salt = recovered.Salt;
        _thread = new Thread(Run) { IsBackground = true, Name = "write-ahead log" };
    }

    public void Start() => _thread.Start();

    /// <summary>Closes the write-ahead log; returns when what was still in its buffer is written and marked.</summary>
    public void Dispose()
    {
        _wal.Close();
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
            while (_wal.TakeGroup() is { } group)
            {
                Commit(group);
                group.Clear();
            }
        }
        catch (StorageUnavailableException) when (_wal.IsClosed)
        {
            // The write-ahead log was closed while the writer waited for room. What is not written was acknowledged to nobody.
        }
        catch (Exception exception) when (_wal.IsClosed && TransientFaults.Is(exception))
        {
            // Likewise, while it waited for a file descriptor.
        }
        catch (Exception exception)
        {
            // Whatever it was, records that were given a position may never become durable.
            _failures.Fail(exception, part: "wal");
        }
        finally
        {
            _file.Dispose();
        }
    }

    private void Commit(GroupBuffer group)
    {
        // The seal of a segment has its room from the start, like all else in the segment.
        if (_offset + group.Length + Frame.SealBytes > _options.SegmentSizeBytes && _offset > SegmentHeader.Bytes)
        {
            Rotate(group.FirstPosition);
        }

        _syncTimes.Begin();
        group.Finish(_wal.DurablePosition, _salt);
        Write(group.Bytes);
        _file.Sync();
        _offset += group.Length;
        var duration = _syncTimes.End();
        _wal.MarkDurable(group);
        _metrics.Flushed(duration, group.Count, group.Length);
        Log.GroupCommitted(_logger, group.LastPosition, group.Count, group.Length, duration.TotalMilliseconds);
        _observer.OnDurable(group.LastPosition);
    }

    /// <summary>
    /// Goes on in a new segment. The new one is there for good before the old one is sealed, so that after a seal the next segment can be
    /// missed.
    /// </summary>
    private void Rotate(long firstPosition)
    {
        var next = CreateSegment(firstPosition, out var salt);
        var seal = Frame.Seal(firstPosition, _wal.DurablePosition, _salt);
        Write(seal);
        _file.Sync();
        var bytes = _file.Length;
        _file.Dispose();

        _file = _files.Open(next.Path);
        _offset = SegmentHeader.Bytes;
        _salt = salt;
        _segments.Advance(bytes, next);
        Log.SegmentStarted(_logger, next.Path, firstPosition);
        _onRotated();
    }

    private Segment CreateSegment(long firstPosition, out long salt)
    {
        while (true)
        {
            if (_segmentFactory.Create(firstPosition, out salt) is { } segment)
            {
                return segment;
            }

            if (!_wal.WaitForRoom())
            {
                throw new StorageUnavailableException("The disk is full, and the write-ahead log is to be closed.");
            }
        }
    }

    /// <summary>
    /// Writes at the end of the segment. A write that found no room can be made again, unlike a sync that failed. Segments have their room
    /// from the start, so only groups larger than a segment find none, and file systems that write elsewhere than they promised.
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
                if (!_segmentFactory.ReleaseSpare(keep: 0) && !_wal.WaitForRoom())
                {
                    throw new StorageUnavailableException("The disk is full, and the write-ahead log is to be closed.", exception);
                }
            }
        }
    }
}
