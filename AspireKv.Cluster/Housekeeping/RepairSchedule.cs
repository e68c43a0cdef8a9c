using AspireKv.Cluster.Partitions;

namespace AspireKv.Cluster.Housekeeping;

/// <summary>
/// Says which partitions have their replicas compared: soon where a replica may lack something, these first, and all of them on a schedule,
/// since no sign tells of everything that a replica may miss. A few at a time, in turn. Pure; single-threaded.
/// </summary>
internal sealed class RepairSchedule(ChoreOptions options)
{
    /// <summary>When the last comparison of a partition began, or the partition was first seen.</summary>
    private readonly Dictionary<int, TimeSpan> _begunAt = [];

    /// <summary>The partition at which the look begins: the one after that whose comparison began last.</summary>
    private int _from;

    /// <summary>The partitions whose comparison begins at this look.</summary>
    public IEnumerable<int> Next(TimeSpan now, IReadOnlyList<IPartitionCondition> partitions)
    {
        var left = options.MaxComparisons - partitions.Count(static partition => partition.IsComparing);
        foreach (var isDoubted in (bool[])[true, false])
        {
            var from = _from;
            for (var i = 0; left > 0 && i < partitions.Count; i++)
            {
                var turn = (from + i) % partitions.Count;
                if (IsDue(turn, isDoubted, now) && partitions[turn].HasDoubts == isDoubted && partitions[turn].MayCompare)
                {
                    left--;
                    _from = turn + 1;
                    _begunAt[turn] = now;
                    yield return turn;
                }
            }
        }
    }

    private bool IsDue(int partition, bool isDoubted, TimeSpan now)
    {
        if (_begunAt.TryGetValue(partition, out var begunAt))
        {
            return now - begunAt >= (isDoubted ? options.DoubtInterval : options.RepairInterval);
        }

        if (!isDoubted)
        {
            _begunAt[partition] = now;
        }

        return isDoubted;
    }
}
