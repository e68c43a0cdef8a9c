using AspireKv.Cluster.Partitions;

namespace AspireKv.Cluster.Housekeeping;

/// <summary>
/// Says when ballots go back to the first of the replicas, which holds them while all is well: after a while in which that was possible
/// at every look, a few at a time, and later each time that a ballot comes back soon, so that a node that comes and goes does not take
/// its partitions to and fro. Pure; single-threaded.
/// </summary>
internal sealed class HandBackTurns(ChoreOptions options)
{
    private readonly Dictionary<int, Wait> _waits = [];

    /// <summary>The partition at which the look begins: the one after that whose ballot went back last.</summary>
    private int _from;

    /// <summary>The partitions whose ballots go back at this look.</summary>
    public IEnumerable<int> Next(TimeSpan now, IReadOnlyList<IPartitionCondition> partitions)
    {
        var (from, left) = (_from, options.MaxHandBacks);
        for (var i = 0; i < partitions.Count; i++)
        {
            var turn = (from + i) % partitions.Count;
            if (IsDue(turn, partitions[turn].MayHandBack, now) && left > 0)
            {
                left--;
                _from = turn + 1;
                _waits[turn] = _waits[turn] with { Since = null, HandedAt = now };
                yield return turn;
            }
        }
    }

    private bool IsDue(int partition, bool mayHandBack, TimeSpan now)
    {
        if (!_waits.TryGetValue(partition, out var wait))
        {
            if (!mayHandBack)
            {
                return false;
            }

            wait = new Wait(options.HandBackAfter, Since: null, HandedAt: null);
        }

        wait = mayHandBack ? Begin(wait, now) : wait with { Since = null };
        _waits[partition] = wait;
        return now - wait.Since >= wait.Length;
    }

    /// <summary>The ballot is here, be it for the first time or again, and could go back.</summary>
    private Wait Begin(Wait wait, TimeSpan now) => wait switch
    {
        { Since: not null } => wait,
        { HandedAt: { } handed } when now - handed < options.MaxHandBackAfter =>
            new Wait(Shorter(wait.Length * 2, options.MaxHandBackAfter), now, HandedAt: null),
        { HandedAt: not null } => new Wait(options.HandBackAfter, now, HandedAt: null),
        _ => wait with { Since = now },
    };

    private static TimeSpan Shorter(TimeSpan one, TimeSpan other) => one < other ? one : other;

    /// <param name="Length">How long the ballot stays.</param>
    /// <param name="Since">Since when it could go back at every look; null while it cannot.</param>
    /// <param name="HandedAt">When it went back; null once it is here again.</param>
    private readonly record struct Wait(TimeSpan Length, TimeSpan? Since, TimeSpan? HandedAt);
}
