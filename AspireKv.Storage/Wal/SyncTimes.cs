namespace AspireKv.Storage.Wal;

/// <summary>
/// How long the syncs of the write-ahead log took lately. One that is under way counts with the time that it took so far, once that is
/// longer than the others: a disk that hangs ends none.
/// </summary>
internal sealed class SyncTimes(TimeProvider time)
{
    /// <summary>What ended longer ago is forgotten.</summary>
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(2);

    private const int MaxKept = 32;

    private readonly Lock _gate = new();
    private readonly Queue<(long EndedAt, TimeSpan Took)> _ended = new();
    private long? _startedAt;

    /// <summary>The median of the syncs that ended in the last two seconds; zero where there was none.</summary>
    public TimeSpan Median
    {
        get
        {
            lock (_gate)
            {
                while (_ended.TryPeek(out var oldest) && time.GetElapsedTime(oldest.EndedAt) > Window)
                {
                    _ended.Dequeue();
                }

                var sorted = _ended.Select(static sync => sync.Took).Order().ToArray();
                var median = sorted.Length == 0 ? TimeSpan.Zero : sorted[sorted.Length / 2];
                var underWay = _startedAt is { } start ? time.GetElapsedTime(start) : TimeSpan.Zero;
                return underWay > median ? underWay : median;
            }
        }
    }

    public void Begin()
    {
        lock (_gate)
        {
            _startedAt = time.GetTimestamp();
        }
    }

    /// <returns>How long it took.</returns>
    public TimeSpan End()
    {
        lock (_gate)
        {
            var now = time.GetTimestamp();
            var took = time.GetElapsedTime(_startedAt!.Value, now);
            _startedAt = null;
            _ended.Enqueue((now, took));
            if (_ended.Count > MaxKept)
            {
                _ended.Dequeue();
            }

            return took;
        }
    }
}
