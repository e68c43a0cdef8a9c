namespace AspireKv.Cluster.Status;

/// <summary>
/// When the disk of a node counts as slow or full: where it is worse than those of the others, since all may be slow together and nobody
/// is better then. It counts so for a while after, so that what was handed on does not come back between two bad moments. Pure;
/// single-threaded.
/// </summary>
/// <param name="slowFrom">A median sync that takes so long may be slow.</param>
/// <param name="slowAfter">A disk is slow once its syncs took that long at every look for so long.</param>
/// <param name="wellAfter">A disk is well again once nothing was the matter at every look for so long.</param>
public sealed class DiskRule(TimeSpan slowFrom, TimeSpan slowAfter, TimeSpan wellAfter)
{
    /// <summary>How many times as long as the others' median a slow disk takes.</summary>
    private const int Factor = 4;

    private TimeSpan? _slowSince;
    private TimeSpan? _lastSlow;
    private TimeSpan? _lastFull;

    /// <summary>Looks at the disk. To be called several times a second.</summary>
    /// <param name="now">The time, on a clock that never goes back.</param>
    /// <param name="syncTime">The median of this node's own last syncs; zero where there were none.</param>
    /// <param name="isFull">Whether the disk is full at this moment.</param>
    /// <param name="others">The medians of the other nodes that answer, those without any sync left out.</param>
    public DiskCondition Look(TimeSpan now, TimeSpan syncTime, bool isFull, IReadOnlyCollection<TimeSpan> others)
    {
        // Without another to compare with there is nobody to hand anything to either.
        var isWorse = syncTime >= slowFrom && others.Count > 0 && syncTime >= Factor * MedianOf(others);
        _slowSince = isWorse ? _slowSince ?? now : null;
        _lastSlow = now - _slowSince >= slowAfter ? now : _lastSlow;
        _lastFull = isFull ? now : _lastFull;
        return new DiskCondition(IsRecent(_lastSlow, now), IsRecent(_lastFull, now), syncTime);
    }

    private bool IsRecent(TimeSpan? last, TimeSpan now) => now - last < wellAfter;

    private static TimeSpan MedianOf(IReadOnlyCollection<TimeSpan> times) => times.Order().ElementAt(times.Count / 2);
}
