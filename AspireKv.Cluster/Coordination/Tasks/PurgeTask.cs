using AspireKv.Cluster.Operations;
using AspireKv.Cluster.Versioning;

namespace AspireKv.Cluster.Coordination.Tasks;

/// <summary>
/// Removes a tombstone by proof: every replica answered under this ballot that it holds the tombstone with the same stamp, so nobody needs
/// it any more. None begins while a learner is known or the partition moves; either ends the ballot. To stop at any point is safe, and the
/// next pass tries again; clients do not wait for housekeeping.
/// </summary>
internal sealed class PurgeTask(PendingPurge pending, ITaskEnd end) : KeyTask(pending.Key)
{
    public override PendingTask Pending => pending;

    public override bool GivesWay => true;

    public override void Begin() => Turn.LookUp();

    public override void OnOwn(Entry? entry)
    {
        // The fence of a rebuild covers what was stamped before the learner obeyed; a tombstone meets whatever comes late after that.
        if (!Turn.HasLearners && !Turn.Moves && entry is { IsTombstone: true })
        {
            Turn.Read(needed: Turn.Everyone);
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
            Purge(tally.Highest);
        }
        else
        {
            Turn.Accept(tally.Highest! with { Stamp = Turn.NextStamp() }, needed: Turn.Everyone);
        }
    }

    public override void OnCommitted(Entry entry) => Purge(entry);

    public override void OnPurged()
    {
        end.Complete(pending, new OperationResult { Outcome = OperationOutcome.Applied });
        Turn.End();
    }

    public override void OnOverloaded() => Complete();

    public override void OnGivenUp() => Complete();

    public override bool Retire()
    {
        Complete();
        return false;
    }

    /// <summary>Every voter holds the own entry, all with the same stamp. If the entry is a tombstone, nobody needs it any more.</summary>
    private void Purge(Entry? entry)
    {
        if (entry is { IsTombstone: true } tombstone)
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

    private void Complete() => end.Complete(pending, OperationResult.NotApplied(NotAppliedReason.None));
}
