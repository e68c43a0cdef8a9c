using AspireKv.Cluster.Operations;
using AspireKv.Cluster.Versioning;

namespace AspireKv.Cluster.Coordination.Tasks;

/// <summary>
/// One operation of a client. A blind write knows enough at once. Everything else settles the key first: a quorum agrees with the own
/// replica, or the newest entry is written back to one. Then an expired value is deleted, a write whose condition holds is made, and
/// anything else is answered once a quorum confirmed the ballot, as in Raft's ReadIndex.
/// </summary>
internal sealed class ClientTask(PendingOperation pending, ITaskEnd end) : KeyTask(pending.Key)
{
    private readonly ClientOperation _operation = pending.Operation;

    /// <summary>True from the Accept of the operation's own write on; before, what is accepted only settles the key.</summary>
    private bool _isWriting;

    /// <summary>The answer that waits to be confirmed.</summary>
    private OperationResult? _answer;

    public override PendingTask Pending => pending;

    public override void Begin()
    {
        if (_operation is { Kind: not OperationKind.Get, Condition: ConditionKind.None })
        {
            // A stamp of this ballot beats every older one, so a blind write needs to know nothing.
            Write();
        }
        else if (Turn.IsSettled)
        {
            Turn.LookUp();
        }
        else
        {
            Turn.Read();
        }
    }

    public override void OnOwn(Entry? entry) => Evaluate(entry);

    public override void OnRead(ReadTally tally)
    {
        if (tally.IsUnanimous)
        {
            Turn.Settle();
            Evaluate(tally.Highest);
        }
        else
        {
            Turn.Accept(tally.Highest! with { Stamp = Turn.NextStamp() });
        }
    }

    public override void OnCommitted(Entry entry)
    {
        if (_isWriting)
        {
            end.Complete(pending, new OperationResult { Outcome = OperationOutcome.Applied, Revision = entry.Revision });
            Turn.End();
        }
        else
        {
            Evaluate(entry);
        }
    }

    public override void OnConfirmed() => end.Complete(pending, _answer!);

    public override void OnOverloaded() => end.Complete(pending, OperationResult.NotApplied(NotAppliedReason.Overloaded));

    public override void OnGivenUp() => end.Complete(
        pending, pending.MayHaveBeenApplied ? OperationResult.Unknown : OperationResult.NotApplied(NotAppliedReason.NoQuorum));

    public override bool Retire()
    {
        if (!pending.MayHaveBeenApplied)
        {
            pending.Task = null;
            return true;
        }

        OnGivenUp();
        return false;
    }

    /// <summary>Decides what depends on the present value; the key is settled and this task has the turn.</summary>
    private void Evaluate(Entry? entry)
    {
        if (entry is { IsTombstone: false } && entry.ExpiresAtUnixMilliseconds <= Turn.UnixMilliseconds)
        {
            // Expiry is an event in the history, not an opinion about clocks: it is committed before anybody is told of it.
            Turn.Accept(Entry.Tombstone(Turn.NextStamp()));
            return;
        }

        var present = entry is { IsTombstone: false } ? entry : null;
        if (_operation.Kind != OperationKind.Get && ConditionHolds(present))
        {
            Write();
            return;
        }

        _answer = _operation.Kind != OperationKind.Get
            ? new OperationResult { Outcome = OperationOutcome.ConditionFailed, Entry = null, Revision = present?.Revision ?? Stamp.Zero }
            : present is null
                ? new OperationResult { Outcome = OperationOutcome.NotFound }
                : new OperationResult { Outcome = OperationOutcome.Found, Entry = present, Revision = present.Revision };
        Turn.Confirm();
    }

    private bool ConditionHolds(Entry? present) => _operation.Condition switch
    {
        ConditionKind.RevisionIsOneOf => present is not null && _operation.Revisions.Contains(present.Revision),
        ConditionKind.RevisionIsNoneOf => present is null || !_operation.Revisions.Contains(present.Revision),
        ConditionKind.Exists => present is not null,
        ConditionKind.DoesNotExist => present is null,
        _ => throw new InvalidOperationException($"The condition {_operation.Condition} is unknown."),
    };

    private void Write()
    {
        var stamp = Turn.NextStamp();
        var entry = _operation.Kind == OperationKind.Delete
            ? Entry.Tombstone(stamp)
            : new Entry
            {
                Stamp = stamp,
                Revision = stamp,
                Value = _operation.Value,
                ContentType = _operation.ContentType,
                ExpiresAtUnixMilliseconds = _operation.ExpiresAtUnixMilliseconds,
            };
        if (FindHindrance(entry) is var reason and not NotAppliedReason.None)
        {
            end.Complete(pending, OperationResult.NotApplied(reason));
            Turn.End();
            return;
        }

        _isWriting = true;
        pending.MayHaveBeenApplied = true;
        Turn.Accept(entry);
    }

    /// <summary>Why the entry should not be placed; once it is placed, "not applied" may no longer be said.</summary>
    private NotAppliedReason FindHindrance(Entry entry) =>
        Turn.CheckRoom(entry) is var reason and not NotAppliedReason.None ? reason
        : Turn.CanArrive(entry, pending.Deadline) ? NotAppliedReason.None
        : NotAppliedReason.Overloaded;
}
