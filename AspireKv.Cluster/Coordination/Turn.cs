using AspireKv.Cluster.Coordination.Tasks;
using AspireKv.Cluster.Keys;
using AspireKv.Cluster.Messages;
using AspireKv.Cluster.Operations;
using AspireKv.Cluster.Topology;
using AspireKv.Cluster.Versioning;

namespace AspireKv.Cluster.Coordination;

/// <summary>Where a task stands at its coordinator.</summary>
internal enum TurnStage
{
    /// <summary>The coordinator has not won its ballot yet.</summary>
    AwaitingBallot,

    /// <summary>Another task has the turn on the key.</summary>
    Queued,

    /// <summary>The task has the turn.</summary>
    Held,

    /// <summary>The task passed its turn on, and waits for a quorum to confirm the ballot.</summary>
    Confirming,

    /// <summary>The task passed its turn on; a copy may still be on its way to one node.</summary>
    Passed,
}

/// <summary>One task in the hands of one coordinator: the turn on its key, and the one question that the task waits for.</summary>
internal sealed class Turn(Coordinator coordinator, Rounds rounds, KeyTask task) : ITurn, IRoundOwner
{
    /// <summary>The question that the task waits for, if any.</summary>
    private Round? _round;

    /// <summary>For a question that reads: what was answered.</summary>
    private ReadTally? _tally;

    /// <summary>Who counts in quorums of those that hold what was copied.</summary>
    private ulong _copiedTo;

    /// <summary>How often the present write was stamped anew.</summary>
    private int _restamps;

    public KeyTask Work { get; } = task;

    public StoreKey Key => Work.Key;

    public TurnStage Stage { get; set; }

    public bool IsSettled => coordinator.Settled.Contains(Key);

    public bool HasLearners => rounds.HasLearners;

    public bool Moves => rounds.Config.NextReplicas.Count > 0;

    public ulong Everyone => rounds.Quorum.Everyone;

    public long UnixMilliseconds => coordinator.Host.UnixMilliseconds;

    public NotAppliedReason CheckRoom(Entry entry) => coordinator.Host.CheckRoom(entry);

    public bool CanArrive(Entry entry, TimeSpan deadline)
    {
        var (left, patience) = (deadline - coordinator.Host.Now, coordinator.Options.GiveUpAfter);

        // What is not acknowledged by then may end the ballot; and the others have to store the entry, and to say so.
        return rounds.CanBeSentWithin((left < patience ? left : patience) * 0.75, entry);
    }

    public Stamp NextStamp() => coordinator.NextStamp();

    public void Settle() => coordinator.Settled.Add(Key);

    public void LookUp()
    {
        if (coordinator.Host.TryFind(Key, out var entry))
        {
            Work.OnOwn(entry);
            return;
        }

        // The own replica is asked like any other, and answers once the entry is in memory. Nobody else can write the key meanwhile: this
        // task has the turn, and under a higher ballot the replica gives no answer that counts.
        _tally = new ReadTally();
        _round = coordinator.NewRound(coordinator.NewRequest(PeerRequestKind.Read, Key), this, alone: rounds.Self, cause: Work.Pending);
        rounds.Start(_round);
    }

    public void Read(ulong needed = 0)
    {
        _tally = new ReadTally();
        Ask(coordinator.NewRequest(PeerRequestKind.Read, Key), needed);
    }

    public void Accept(Entry entry, ulong needed = 0)
    {
        _restamps = 0;
        SendAccept(entry, needed);
    }

    public void Purge(Stamp stamp) => Ask(coordinator.NewRequest(PeerRequestKind.Purge, Key) with { PurgeStamp = stamp }, Everyone);

    public void Confirm()
    {
        End();
        Stage = TurnStage.Confirming;
        coordinator.Confirmation.Add(this);
    }

    public bool HaveAccepted(ulong nodes) => (_round!.Answered & nodes) == nodes;

    public void Copy(Entry committed, ulong nodes)
    {
        _round = coordinator.NewRound(coordinator.NewRequest(PeerRequestKind.Accept, Key, committed), this, alone: nodes);
        rounds.Start(_round);
    }

    public bool IsQuorum(ulong nodes) => (nodes & rounds.Self) != 0 && rounds.Quorum.IsMet(nodes);

    public bool MayCopy(ulong nodes) => (nodes & rounds.Self) != 0 && rounds.Quorum.IsMetByReplicas(nodes);

    public bool HaveCopied(ulong nodes) => (_copiedTo & nodes) == nodes;

    public void End()
    {
        Stage = TurnStage.Passed;
        coordinator.Pass(Key);
    }

    public void Resend()
    {
        if (Stage == TurnStage.Confirming)
        {
            coordinator.Confirmation.Resend();
        }
        else if (_round is not null)
        {
            rounds.SendAgain(_round);
        }
    }

    public void AskAgain()
    {
        if (_round is not null)
        {
            _round.Unavailable = 0;
        }

        Resend();
    }

    public void GiveUp()
    {
        var hadTurn = Stage == TurnStage.Held;
        switch (Stage)
        {
            case TurnStage.AwaitingBallot:
            case TurnStage.Queued:
                coordinator.Remove(this);
                break;
            case TurnStage.Confirming:
                coordinator.Confirmation.Remove(this);
                break;
            default:
                if (_round is not null)
                {
                    rounds.Drop(_round);
                }

                break;
        }

        Work.OnGivenUp();
        if (hadTurn)
        {
            End();
        }
    }

    /// <summary>A quorum confirmed the ballot.</summary>
    public void OnConfirmed() => Work.OnConfirmed();

    void IRoundOwner.OnAnswer(Round round, NodeId from, PeerResponse response)
    {
        if (round.Request.Kind == PeerRequestKind.Read && !response.IsLearner)
        {
            _tally!.Count(rounds.Quorum.BitOf(from), response.Entry);
        }
    }

    void IRoundOwner.OnMet(Round round)
    {
        switch (round.Request.Kind)
        {
            case PeerRequestKind.Read when round.Alone != 0:
                Work.OnOwn(_tally!.Highest);
                break;
            case PeerRequestKind.Read:
                Work.OnRead(_tally!);
                break;
            case PeerRequestKind.Accept when round.Alone != 0:
                (_round, _copiedTo) = (null, round.Votes);
                Work.OnCopied();
                break;
            case PeerRequestKind.Accept:
                coordinator.HasCommitted = true;
                Settle();
                Work.OnCommitted(round.Request.Entry!);
                break;
            default:
                Work.OnPurged();
                break;
        }
    }

    /// <summary>
    /// A replica refused the Accept since a tombstone purged meanwhile is newer. The same entry goes out under a new stamp, with the same
    /// revision, in the same turn and under the same ballot: no repeat of the write.
    /// </summary>
    void IRoundOwner.OnRefused(Round round)
    {
        if (round.Alone != 0)
        {
            rounds.Drop(round);
            Work.OnCopyRefused();
        }
        else if (_restamps < coordinator.Options.MaxRestamps)
        {
            _restamps++;
            rounds.Drop(round);
            SendAccept(round.Request.Entry! with { Stamp = NextStamp() }, round.Needed);
        }
        else
        {
            Work.OnCannotStore();
        }
    }

    void IRoundOwner.OnUnavailable(Round round)
    {
        if (!rounds.CanBeMet(round))
        {
            Work.OnCannotStore();
        }
    }

    private void SendAccept(Entry entry, ulong needed)
    {
        coordinator.Settled.Remove(Key);
        Ask(coordinator.NewRequest(PeerRequestKind.Accept, Key, entry), needed);
    }

    private void Ask(PeerRequest request, ulong needed)
    {
        _round = coordinator.NewRound(request, this, needed, cause: Work.Pending);
        rounds.Start(_round);
    }
}
