using AspireKv.Cluster.Status;

namespace AspireKv.Cluster.Housekeeping;

/// <summary>
/// Sums up which nodes hold back how many tombstones, and for how long. Pure: the caller counts and brings the time. Single-threaded.
/// </summary>
/// <remarks>
/// A tombstone does not say when it was made. So what is told of its age is a bound: a tombstone is held back for no longer than its
/// replica has held back anything, and was made after the last count that found none in its partition.
/// </remarks>
public sealed class TombstoneTally
{
    /// <summary>By partition, when the last count that found no tombstone there began.</summary>
    private readonly Dictionary<int, TimeSpan> _emptyAt = [];

    private IReadOnlyList<CountedTombstones> _counted = [];

    /// <summary>Takes a count in the place of the one before.</summary>
    /// <param name="begunAt">When the count began, on a clock that never goes back.</param>
    /// <param name="counted">Every partition that the node coordinates, each once.</param>
    public void Take(TimeSpan begunAt, IReadOnlyList<CountedTombstones> counted)
    {
        foreach (var partition in counted.Where(static partition => partition.Count == 0))
        {
            _emptyAt[partition.Partition] = begunAt;
        }

        _counted = counted;
    }

    /// <summary>What the last count came to.</summary>
    /// <param name="now">The time, on the clock of the counts and of <see cref="Partitions.PurgeHold.Since"/>.</param>
    public TombstoneStatus Describe(TimeSpan now)
    {
        var held = _counted.Where(static partition => partition is { Count: > 0, Holds.Count: > 0 }).ToList();
        var holds =
            from partition in held
            from hold in partition.Holds
            let oldest = Later(hold.Since, _emptyAt.GetValueOrDefault(partition.Partition, TimeSpan.MinValue))
            group (partition.Count, hold.Since, Oldest: oldest) by (hold.Node, hold.Reason) into same
            orderby same.Key.Node, same.Key.Reason
            select new TombstoneHold(
                same.Key.Node,
                same.Key.Reason,
                same.Count(),
                same.Sum(static part => part.Count),
                now - same.Min(static part => part.Since),
                now - same.Min(static part => part.Oldest));
        return new TombstoneStatus(
            _counted.Count, _counted.Sum(static partition => partition.Count), held.Sum(static partition => partition.Count), [.. holds]);
    }

    private static TimeSpan Later(TimeSpan one, TimeSpan other) => one > other ? one : other;
}
