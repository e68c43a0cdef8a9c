using AspireKv.Cluster.Partitions;

namespace AspireKv.Cluster.Housekeeping;

/// <summary>
/// Says which partitions this node takes since nobody coordinates them: each replica waits for those before it, so that they do not outbid
/// each other, and comes after them where they do not come. Pure; single-threaded.
/// </summary>
internal sealed class TakeOverTurns(ChoreOptions options)
{
    /// <summary>Since when the partitions had no coordinator at every look.</summary>
    private readonly Dictionary<int, TimeSpan> _since = [];

    /// <summary>The partitions that are taken at this look.</summary>
    public IEnumerable<int> Next(TimeSpan now, IReadOnlyList<IPartitionCondition> partitions)
    {
        for (var i = 0; i < partitions.Count; i++)
        {
            if (partitions[i].PlaceInLine is not { } place)
            {
                _since.Remove(i);
                continue;
            }

            _since.TryAdd(i, now);
            if (now - _since[i] >= options.TakeOverInterval * (place + 1))
            {
                _since.Remove(i);
                yield return i;
            }
        }
    }
}
