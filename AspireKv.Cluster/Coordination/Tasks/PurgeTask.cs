using AspireKv.Cluster.Operations;
using AspireKv.Cluster.Versioning;

namespace AspireKv.Cluster.Coordination.Tasks;

/// <summary>
/// Removes a tombstone by proof: every replica, learners too, answered under this ballot that it holds the tombstone with the same stamp,
/// so nobody needs
/// it any more. To stop at any point is safe, and the next sweep tries again; clients do not wait for housekeeping.
/// </summary>
internal sealed class PurgeTask(PendingPurge pending, ITaskEnd end) : KeyTask(pending.Key)
{
    public override PendingTask Pending => pending;

    public override bool GivesWay => true;

    public override void Begin()
    {
        if (Turn.Own is { IsTombstone: true })
        {
            Turn.Read(everyone: true);
        }
        else
        {
            End();
        }
    }

    public override void OnRead(ReadTally tally)
    {
        if (tally.IsUnanimous)
        {
            Turn.Settle();
            Purge();
        }
        else if (tally.Highest is null)
        {
            // Only a learner holds something: that is for its rebuild to settle, not for a purge.
            End();
        }
        else
        {
            Turn.Accept(tally.Highest with { Stamp = Turn.NextStamp() }, everyone: true);
        }
    }

    public override void OnCommitted(Entry entry) => Purge();

    public override void OnPurged() => End();

    public override void OnOverloaded() => Complete();

    public override void OnGivenUp() => Complete();

    public override bool Retire()
    {
        Complete();
        return false;
    }

    /// <summary>Every voter holds the own entry, all with the same stamp. If the entry is a tombstone, nobody needs it any more.</summary>
    private void Purge()
    {
        if (Turn.Own is { IsTombstone: true } tombstone)
        {
            Turn.Purge(tombstone.Stamp);
        }
        else
        {
            End();
        }
    }

    private void End()
    {
        Complete();
        Turn.End();
    }

    /// <summary>Nobody asks a purge how it ended.</summary>
    private void Complete() => end.Complete(pending, OperationResult.NotApplied(NotAppliedReason.None));
}
