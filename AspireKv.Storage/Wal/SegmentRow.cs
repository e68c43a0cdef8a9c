using Microsoft.Extensions.Logging;

namespace AspireKv.Storage.Wal;

/// <summary>
/// The segments that make up the write-ahead log, without a gap: those that are closed, oldest first, and the one that is written.
/// Thread-safe.
/// </summary>
internal sealed class SegmentRow
{
    private readonly Lock _gate = new();
    private readonly SegmentFactory _factory;
    private readonly WalMetrics _metrics;
    private readonly ILogger _logger;
    private readonly Queue<Segment> _closed;
    private Segment _written;
    private long _bytes;

    public SegmentRow(SegmentFactory factory, IReadOnlyList<Segment> segments, WalMetrics metrics, ILogger logger)
    {
        (_factory, _metrics, _logger) = (factory, metrics, logger);
        _closed = new Queue<Segment>(segments.SkipLast(1));
        _written = segments[^1];
        Count();
    }

    /// <summary>Bytes of all segments.</summary>
    public long Bytes => Volatile.Read(ref _bytes);

    /// <summary>The closed segments, oldest first, each with the position at which the next one begins.</summary>
    public IReadOnlyList<(Segment Segment, long NextFirstPosition)> GetClosed()
    {
        lock (_gate)
        {
            return [.. _closed.Zip(_closed.Skip(1).Append(_written), (segment, next) => (segment, next.FirstPosition))];
        }
    }

    /// <summary>True while the closed segment was not given up.</summary>
    public bool IsKept(Segment segment)
    {
        lock (_gate)
        {
            return _closed.Contains(segment);
        }
    }

    /// <summary>The segment that was written is closed, with so many bytes, and the next one is written.</summary>
    public void Advance(long bytes, Segment next)
    {
        lock (_gate)
        {
            _closed.Enqueue(_written with { Bytes = bytes });
            _written = next;
            Count();
        }
    }

    /// <summary>Gives up the segments that hold nothing above the position.</summary>
    public void DropThrough(long position)
    {
        while (true)
        {
            Segment oldest;
            lock (_gate)
            {
                var next = _closed.Count > 1 ? _closed.ElementAt(1) : _written;
                if (_closed.Count == 0 || next.FirstPosition > position + 1)
                {
                    return;
                }

                oldest = _closed.Dequeue();
                Count();
            }

            _factory.Retire(oldest);
            Log.SegmentDropped(_logger, oldest.Path, position);
        }
    }

    private void Count()
    {
        Volatile.Write(ref _bytes, _written.Bytes + _closed.Sum(segment => segment.Bytes));
        _metrics.SizeIs(_bytes);
    }
}
