using AspireKv.Cluster.Partitions;

namespace AspireKv.Cluster.Housekeeping;

/// <summary>
/// Plans the chores of one node: which partition gets which one next, and when to ask again. Pure: the caller brings the time and carries
/// the chores out. Single-threaded.
/// </summary>
/// <remarks>
/// Each kind of chore falls due at its own interval, counted from when it was planned last, and at once the first time; a node that takes
/// part in no cluster yet spends that first time on no partitions. Rebuilds stay within their budget, and the partitions take turns, so
/// that some that come to nothing hold back no others. A purge pass takes one partition at a time, in their order, and the next pass does
/// not begin before the last one is through; where that one left tombstones behind for want of a larger batch, the next begins at once. A
/// batch of which most could not be purged is no reason for that: whatever holds the purges back would do so again.
/// </remarks>
public sealed class Chores(ChoreOptions options)
{
    private TimeSpan _tickAt = TimeSpan.MinValue;
    private TimeSpan _rebuildAt = TimeSpan.MinValue;
    private TimeSpan _purgeAt = TimeSpan.MinValue;
    private TimeSpan _handBackAt = TimeSpan.MinValue;
    private TimeSpan _repairAt = TimeSpan.MinValue;
    private TimeSpan _takeOverAt = TimeSpan.MinValue;
    private TimeSpan _handOnAt = TimeSpan.MinValue;

    private TimeSpan _moveAt = TimeSpan.MinValue;

    private readonly TakeOverTurns _takeOvers = new(options);
    private readonly HandBackTurns _handBacks = new(options);
    private readonly RepairSchedule _repairs = new(options);

    /// <summary>The partition at which the look for learners begins: the one after that whose rebuild was planned last.</summary>
    private int _rebuildFrom;

    /// <summary>The same for moves.</summary>
    private int _moveFrom;

    /// <summary>True when a purge of this pass left tombstones for another one.</summary>
    private bool _purgesAgain;

    /// <summary>The partition at which the pass goes on; null between two passes.</summary>
    private int? _toPurge;

    /// <summary>When the next chore may fall due. While a purge is under way, its end is another reason to ask.</summary>
    public TimeSpan NextAt
    {
        get
        {
            var next = ((TimeSpan[])[_handBackAt, _handOnAt, _repairAt, _takeOverAt, _tickAt, _rebuildAt, _moveAt]).Min();
            return _toPurge is not null ? next : Earlier(next, _purgeAt);
        }
    }

    /// <summary>
    /// What is due. The caller carries out each chore before it takes the next one, which is planned by what the partitions are then.
    /// </summary>
    /// <param name="now">The time, on a clock that never goes back.</param>
    /// <param name="partitions">The partitions of the node; none before it takes part in a cluster.</param>
    /// <param name="isPurging">True while the purge that was planned last is under way.</param>
    public IEnumerable<Chore> Next(TimeSpan now, IReadOnlyList<IPartitionCondition> partitions, bool isPurging)
    {
        var ticks = IsDue(ref _tickAt, now, options.TickInterval);
        var rebuilds = IsDue(ref _rebuildAt, now, options.RebuildInterval)
            ? options.MaxRebuilds - partitions.Count(static partition => partition.IsRebuilding)
            : 0;
        var from = _rebuildFrom;
        for (var i = 0; (ticks || rebuilds > 0) && i < partitions.Count; i++)
        {
            if (ticks && partitions[i].HasWork)
            {
                yield return new Chore(ChoreKind.Tick, i);
            }

            var turn = (from + i) % partitions.Count;
            if (rebuilds > 0 && partitions[turn].HasLearnerToRebuild)
            {
                rebuilds--;
                _rebuildFrom = turn + 1;
                yield return new Chore(ChoreKind.Rebuild, turn);
            }
        }

        if (IsDue(ref _takeOverAt, now, options.TakeOverInterval))
        {
            foreach (var taken in _takeOvers.Next(now, partitions))
            {
                yield return new Chore(ChoreKind.TakeOver, taken);
            }
        }

        if (IsDue(ref _moveAt, now, options.MoveInterval))
        {
            var moves = options.MaxMoves - partitions.Count(static partition => partition.IsSweeping);
            var first = _moveFrom;
            for (var i = 0; moves > 0 && i < partitions.Count; i++)
            {
                var moved = (first + i) % partitions.Count;
                if (partitions[moved].HasMoveToSweep)
                {
                    moves--;
                    _moveFrom = moved + 1;
                    yield return new Chore(ChoreKind.Move, moved);
                }
            }
        }

        if (IsDue(ref _repairAt, now, options.RepairLookInterval))
        {
            foreach (var compared in _repairs.Next(now, partitions))
            {
                yield return new Chore(ChoreKind.Repair, compared);
            }
        }

        if (IsDue(ref _handBackAt, now, options.HandBackInterval))
        {
            foreach (var handed in _handBacks.Next(now, partitions))
            {
                yield return new Chore(ChoreKind.HandBack, handed);
            }
        }

        if (IsDue(ref _handOnAt, now, options.HandOnInterval))
        {
            var left = options.MaxHandOns;
            for (var i = 0; left > 0 && i < partitions.Count; i++)
            {
                if (partitions[i].MayHandOn)
                {
                    left--;
                    yield return new Chore(ChoreKind.HandOn, i);
                }
            }
        }

        if (!isPurging && NextToPurge(now, partitions) is { } purged)
        {
            yield return new Chore(ChoreKind.Purge, purged);
        }
    }

    /// <summary>The purge that was planned last ended.</summary>
    /// <param name="begun">How many tombstones it took on.</param>
    /// <param name="purged">How many of them are gone.</param>
    public void EndPurge(int begun, int purged) => _purgesAgain |= begun >= options.MaxPurges && 2 * purged > begun;

    private int? NextToPurge(TimeSpan now, IReadOnlyList<IPartitionCondition> partitions)
    {
        if (_toPurge is null && IsDue(ref _purgeAt, now, options.PurgeInterval))
        {
            _toPurge = 0;
        }

        for (var i = _toPurge ?? partitions.Count; i < partitions.Count; i++)
        {
            if (partitions[i].MayPurge)
            {
                _toPurge = i + 1;
                return i;
            }
        }

        _toPurge = null;
        if (_purgesAgain)
        {
            (_purgesAgain, _purgeAt) = (false, now);
        }

        return null;
    }

    private static TimeSpan Earlier(TimeSpan one, TimeSpan other) => one < other ? one : other;

    private static bool IsDue(ref TimeSpan at, TimeSpan now, TimeSpan interval)
    {
        if (now < at)
        {
            return false;
        }

        at = now + interval;
        return true;
    }
}
