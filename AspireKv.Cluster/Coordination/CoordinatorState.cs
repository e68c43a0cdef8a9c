// Past 400 lines on purpose: the rules of one ballot share one state, and splitting them would spread its invariants over files.

using AspireKv.Cluster.Coordination.Tasks;
using AspireKv.Cluster.Keys;
using AspireKv.Cluster.Messages;
using AspireKv.Cluster.Operations;
using AspireKv.Cluster.Partitions;
using AspireKv.Cluster.Replicas;
using AspireKv.Cluster.Topology;
using AspireKv.Cluster.Versioning;

namespace AspireKv.Cluster.Coordination;

/// <summary>
/// A node in its role as coordinator of one partition under one ballot: the proposer of Paxos. It lives as long as its ballot; whoever loses a ballot
/// starts anew with nothing settled.
/// </summary>
/// <remarks>
/// The idea: a quorum promised to obey no lower ballot, so every write of a lower ballot that could still be acknowledged shows up in a quorum's
/// answers. A key is <em>settled</em> once its committed entry is known to be the one in the coordinator's own store. Operations on one key take turns;
/// different keys never wait for each other. A write needs one round (Accept); a read of a settled key needs one round in which a quorum confirms that
/// it still obeys the ballot, as in Raft's ReadIndex (Ongaro, "Consensus: Bridging Theory and Practice", 2014, section 6.4).
/// </remarks>
internal sealed class CoordinatorState
{
    private readonly PartitionState _partition;
    private readonly ReplicaState _replica;
    private readonly ICoordinatorHost _host;
    private readonly CoordinatorOptions _options;
    private readonly PartitionConfig _config;
    private readonly Quorum _quorum;
    private readonly ulong _self;
    private readonly SettledKeys _settled;

    /// <summary>Whose turn it is on each key, and who waits. A key without an entry is free.</summary>
    private readonly Dictionary<StoreKey, KeyTurn> _turns = [];

    /// <summary>The rounds that still wait for answers, by request number.</summary>
    private readonly Dictionary<long, Round> _rounds = [];

    /// <summary>Operations that came while the ballot was being taken.</summary>
    private readonly List<PendingTask> _awaitingBallot = [];

    /// <summary>The epoch that each voter is known to have; below ours, our config travels with the message.</summary>
    private readonly Dictionary<NodeId, long> _epochs = [];

    private Round? _confirming;
    private List<PendingTask> _nextToConfirm = [];
    private long _lastSequence;
    private TimeSpan _lastQuorumAt;

    /// <summary>When Prepare left for the others.</summary>
    private TimeSpan _preparedAt = TimeSpan.MaxValue;

    private bool _isRetired;

    public CoordinatorState(PartitionState partition, ReplicaState replica, ICoordinatorHost host, CoordinatorOptions options, Ballot ballot)
    {
        _partition = partition;
        _replica = replica;
        _host = host;
        _options = options;
        _config = replica.Config!;
        _quorum = _config.Quorum;
        _self = _quorum.BitOf(partition.Self);
        _settled = new SettledKeys(options.MaxSettledKeys);
        Ballot = ballot;
    }

    /// <summary>Unique to this coordinator.</summary>
    public Ballot Ballot { get; }

    /// <summary>The rebuild that goes on, or null.</summary>
    public LearnerRebuild? Rebuild { get; private set; }

    /// <summary>True once a quorum promised the ballot.</summary>
    public bool IsHolding { get; private set; }

    /// <summary>Promises the ballot in the own replica; Prepare leaves for the others only once that promise is durable.</summary>
    public void Prepare() => StartRound(PeerRequestKind.Prepare, default, needsEveryone: false, sendToOthers: false);

    /// <summary>Takes an operation that is nowhere else.</summary>
    public void Submit(PendingTask operation)
    {
        if (!IsHolding)
        {
            operation.Stage = OperationStage.AwaitingBallot;
            _awaitingBallot.Add(operation);
            return;
        }

        if (!_turns.TryGetValue(operation.Key, out var turn))
        {
            _turns[operation.Key] = new KeyTurn(operation);
            Begin(operation);
            return;
        }

        if (turn.WaitingCount >= _options.MaxWaitingPerKey && operation is PendingCopy { Rebuild: var rebuild })
        {
            operation.Stage = OperationStage.Done;
            rebuild.OnPutOff(operation);
            return;
        }

        if (turn.WaitingCount >= _options.MaxWaitingPerKey)
        {
            _partition.Complete(operation, OperationResult.NotApplied(NotAppliedReason.Overloaded));
            return;
        }

        operation.Stage = OperationStage.Queued;
        turn.Enqueue(operation);
        if (turn.Current is PendingPurge && operation is not PendingPurge)
        {
            // Clients do not wait for housekeeping; to stop a purge at any point is safe, the next sweep tries again.
            Abandon(turn.Current);
        }
    }

    /// <summary>Counts an answer towards the round that it belongs to; an answer to an ended round counts for nothing.</summary>
    public void OnResponse(NodeId from, PeerResponse response)
    {
        if (!_rounds.TryGetValue(response.Id.Number, out var round) || response.Ballot != Ballot)
        {
            return;
        }

        _epochs[from] = Math.Max(response.Epoch, _epochs.GetValueOrDefault(from));
        switch (response.Kind)
        {
            case PeerResponseKind.EpochRejected:
                if (response.Epoch < _config.Epoch)
                {
                    SendTo(from, round);
                }

                return;
            case PeerResponseKind.BallotRejected:
                return;
            case PeerResponseKind.Unavailable when round.Alone != 0:
                return;
            case PeerResponseKind.Refused when round.Alone != 0:
                OnRefusedAlone(round);
                return;
            case PeerResponseKind.Unavailable:
                OnUnavailable(round, from);
                return;
            case PeerResponseKind.Refused:
                Restamp(round);
                return;
            default:
                Count(from, response, round);
                return;
        }
    }

    /// <summary>Sends the round that the operation waits for again, under the same ids and stamps, to those who have not answered.</summary>
    public void Resend(PendingTask operation)
    {
        // Who waits for the next Confirm waits for the present one to end. A Prepare is never repeated: a round is used once.
        var round = operation.Stage == OperationStage.Confirming ? _confirming : operation.Round;
        if (round is not null && round.Request.Kind != PeerRequestKind.Prepare)
        {
            SendToOthers(round);
        }
    }

    /// <summary>
    /// Ends an operation whose time is up. What of it may still take effect is called unknown; the key is left unsettled, so that the next operation on it
    /// finds out first.
    /// </summary>
    public void Abandon(PendingTask operation)
    {
        var stage = operation.Stage;
        switch (stage)
        {
            case OperationStage.AwaitingBallot:
                _awaitingBallot.Remove(operation);
                break;
            case OperationStage.Queued:
                _turns[operation.Key].Remove(operation);
                break;
            case OperationStage.Confirming:
                _nextToConfirm.Remove(operation);
                _confirming!.Waiters!.Remove(operation);
                if (_confirming.Waiters.Count == 0)
                {
                    // Nobody would send it again, and those who wait for the next one would wait for its lost messages.
                    _rounds.Remove(_confirming.Request.Id.Number);
                    StartNextConfirm();
                }

                break;
            default:
                if (operation.Round is { } round)
                {
                    _rounds.Remove(round.Request.Id.Number);
                }

                break;
        }

        _partition.Complete(operation, OutcomeWithoutQuorum(operation));
        if (stage is not (OperationStage.AwaitingBallot or OperationStage.Queued or OperationStage.Confirming))
        {
            EndTurn(operation.Key);
        }
    }

    /// <summary>True while answers are awaited.</summary>
    public bool HasRounds => _rounds.Count > 0;

    /// <summary>True when operations wait for a quorum that has not been heard for the configured time.</summary>
    public bool HasLostQuorum(TimeSpan now)
    {
        if (!IsHolding || now - _lastQuorumAt < _options.GiveUpAfter)
        {
            return false;
        }

        foreach (var round in _rounds.Values)
        {
            if (!round.NeedsEveryone && round.Alone == 0 && now - round.StartedAt >= _options.GiveUpAfter)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>
    /// True when the Prepare got no quorum in time. The time runs from when it was sent to the others: the own disk, however slow, is waited for, or each try
    /// would only give it more to do.
    /// </summary>
    public bool HasFailedToPrepare(TimeSpan now) => !IsHolding && now - _preparedAt >= _options.PrepareTimeout;

    /// <summary>
    /// Gives everything up. Operations whose own Accept left end as unknown; the others are returned, to be routed again.
    /// </summary>
    public List<PendingTask> Retire()
    {
        _isRetired = true;
        _rounds.Clear();
        var pending = new List<PendingTask>(_awaitingBallot);
        foreach (var turn in _turns.Values)
        {
            pending.Add(turn.Current);
            pending.AddRange(turn.Waiting);
        }

        pending.AddRange(_confirming?.Waiters ?? []);
        pending.AddRange(_nextToConfirm);
        var unsent = new List<PendingTask>();
        foreach (var operation in pending)
        {
            operation.Round = null;
            if (operation is PendingOperation unanswered)
            {
                unanswered.Result = null;
            }

            if (operation is PendingCopy)
            {
                operation.Stage = OperationStage.Done;
            }
            else if (operation is PendingPurge or PendingOperation { MayHaveBeenApplied: true })
            {
                _partition.Complete(operation, OutcomeWithoutQuorum(operation));
            }
            else
            {
                operation.Stage = OperationStage.Idle;
                unsent.Add(operation);
            }
        }

        return unsent;
    }

    /// <summary>Tells the other voters that this ballot has no holder any more.</summary>
    public void SendResigned() => SendToOthers(NewRound(PeerRequestKind.Resigned, default));

    // ------------------------------------------------------------------ one operation, in its turn

    private void Begin(PendingTask operation)
    {
        if (operation is PendingPurge)
        {
            BeginPurge(operation);
        }
        else if (operation is PendingCopy)
        {
            operation.Stage = OperationStage.Reading;
            StartRound(PeerRequestKind.Read, operation.Key, needsEveryone: false, operation);
        }
        else if (operation is PendingOperation { Operation: { Kind: not OperationKind.Get, Condition: ConditionKind.None } })
        {
            // A stamp of this ballot beats every older one, so a blind write needs to know nothing.
            Write((PendingOperation)operation);
        }
        else if (_settled.Contains(operation.Key))
        {
            Evaluate((PendingOperation)operation);
        }
        else
        {
            operation.Stage = OperationStage.Reading;
            StartRound(PeerRequestKind.Read, operation.Key, needsEveryone: false, operation);
        }
    }

    /// <summary>Decides what depends on the present value; the key is settled and this operation's turn.</summary>
    private void Evaluate(PendingOperation operation)
    {
        var entry = _host.Find(operation.Key);
        if (entry is { IsTombstone: false } && entry.ExpiresAtUnixMilliseconds <= _host.UnixMilliseconds)
        {
            // Expiry is an event in the history, not an opinion about clocks: it is committed before anybody is told of it.
            operation.Stage = OperationStage.Expiring;
            StartAccept(operation, Entry.Tombstone(NextStamp()));
            return;
        }

        var present = entry is { IsTombstone: false } ? entry : null;
        if (operation.Operation.Kind != OperationKind.Get && ConditionHolds(operation.Operation, present))
        {
            Write((PendingOperation)operation);
            return;
        }

        operation.Result = operation.Operation.Kind != OperationKind.Get
            ? new OperationResult { Outcome = OperationOutcome.ConditionFailed, Entry = null, Revision = present?.Revision ?? Stamp.Zero }
            : present is null
                ? new OperationResult { Outcome = OperationOutcome.NotFound }
                : new OperationResult { Outcome = OperationOutcome.Found, Entry = present, Revision = present.Revision };
        operation.Stage = OperationStage.Confirming;
        EndTurn(operation.Key);
        Confirm(operation);
    }

    private static bool ConditionHolds(ClientOperation operation, Entry? present) => operation.Condition switch
    {
        ConditionKind.None => true,
        ConditionKind.RevisionIsOneOf => present is not null && operation.Revisions.Contains(present.Revision),
        ConditionKind.RevisionIsNoneOf => present is null || !operation.Revisions.Contains(present.Revision),
        ConditionKind.Exists => present is not null,
        ConditionKind.DoesNotExist => present is null,
        _ => throw new ArgumentOutOfRangeException(nameof(operation), operation.Condition, "Unknown condition."),
    };

    private void Write(PendingOperation operation)
    {
        var stamp = NextStamp();
        var request = operation.Operation;
        var entry = request.Kind == OperationKind.Delete
            ? Entry.Tombstone(stamp)
            : new Entry
            {
                Stamp = stamp,
                Revision = stamp,
                Value = request.Value,
                ContentType = request.ContentType,
                ExpiresAtUnixMilliseconds = request.ExpiresAtUnixMilliseconds,
            };
        if (_host.CheckRoom(entry) is var reason and not NotAppliedReason.None)
        {
            _partition.Complete(operation, OperationResult.NotApplied(reason));
            EndTurn(operation.Key);
            return;
        }

        operation.Stage = OperationStage.Accepting;
        operation.MayHaveBeenApplied = true;
        StartAccept(operation, entry);
    }

    private void StartAccept(PendingTask operation, Entry entry, int restamps = 0, bool needsEveryone = false)
    {
        _settled.Remove(operation.Key);
        var request = NewRequest(PeerRequestKind.Accept, operation.Key) with { Entry = entry };
        Start(new Round(request, _host.Now, needsEveryone) { Operation = operation, Restamps = restamps }, sendToOthers: true);
    }

    /// <summary>
    /// A replica refused the Accept since a tombstone purged meanwhile is newer. The same entry goes out under a new stamp, with the same revision, in the
    /// same turn and under the same ballot: no repeat of the write.
    /// </summary>
    private void Restamp(Round round)
    {
        if (round.Restamps >= _options.MaxRestamps)
        {
            return;
        }

        _rounds.Remove(round.Request.Id.Number);
        StartAccept(
            round.Operation!, round.Request.Entry! with { Stamp = NextStamp() }, round.Restamps + 1, round.NeedsEveryone);
    }

    private void OnRead(PendingTask operation, Round round)
    {
        if (operation is PendingCopy)
        {
            OnReadForCopy(operation, round);
            return;
        }

        if (round.IsUnanimous)
        {
            _settled.Add(operation.Key);
            Continue(operation);
            return;
        }

        if (round.Highest is null)
        {
            // Only a learner holds something: that is for its rebuild to settle, not for a purge.
            EndPurge(operation, OperationOutcome.NotApplied);
            return;
        }

        operation.Stage = OperationStage.WritingBack;
        StartAccept(operation, round.Highest with { Stamp = NextStamp() }, needsEveryone: round.NeedsEveryone);
    }

    private void OnAccepted(PendingTask operation, Round round)
    {
        _settled.Add(operation.Key);
        if (operation is PendingCopy { Rebuild: var rebuild })
        {
            OnCommittedForCopy(operation, round, rebuild);
            return;
        }

        if (operation.Stage == OperationStage.Accepting)
        {
            _partition.Complete(
                operation, new OperationResult { Outcome = OperationOutcome.Applied, Revision = round.Request.Entry!.Revision });
            EndTurn(operation.Key);
            return;
        }

        Continue(operation);
    }

    private void Continue(PendingTask operation)
    {
        if (operation is PendingPurge)
        {
            SendPurge(operation);
        }
        else
        {
            Evaluate((PendingOperation)operation);
        }
    }

    private void EndTurn(StoreKey key)
    {
        if (_isRetired)
        {
            return;
        }

        if (_turns[key].TryPass(out var next))
        {
            Begin(next);
        }
        else
        {
            _turns.Remove(key);
        }
    }

    // ------------------------------------------------------------------ purge

    private void BeginPurge(PendingTask operation)
    {
        if (_host.Find(operation.Key) is not { IsTombstone: true })
        {
            EndPurge(operation, OperationOutcome.NotApplied);
            return;
        }

        operation.Stage = OperationStage.Reading;
        StartRound(PeerRequestKind.Read, operation.Key, needsEveryone: true, operation);
    }

    /// <summary>Every voter holds the own entry, all with the same stamp. If it is a tombstone, nobody needs it any more.</summary>
    private void SendPurge(PendingTask operation)
    {
        if (_host.Find(operation.Key) is not { IsTombstone: true } tombstone)
        {
            EndPurge(operation, OperationOutcome.NotApplied);
            return;
        }

        operation.Stage = OperationStage.Purging;
        var request = NewRequest(PeerRequestKind.Purge, operation.Key) with { PurgeStamp = tombstone.Stamp };
        Start(new Round(request, _host.Now, needsEveryone: true) { Operation = operation }, sendToOthers: true);
    }

    private void EndPurge(PendingTask operation, OperationOutcome outcome)
    {
        _partition.Complete(operation, new OperationResult { Outcome = outcome });
        EndTurn(operation.Key);
    }

    // ------------------------------------------------------------------ rebuild

    /// <summary>Begins to rebuild one of the learners that were known when the ballot was taken; one at a time.</summary>
    public void StartRebuild(IReadOnlyDictionary<NodeId, ulong> learners)
    {
        if (IsHolding && Rebuild is null && learners.Count > 0)
        {
            var (node, incarnation) = learners.First();
            Rebuild = new LearnerRebuild(this, node, incarnation, _options);
            Rebuild.Start(_host.Now);
        }
    }

    /// <summary>Sends again what a rebuild waits for.</summary>
    public void Tick(TimeSpan now) => Rebuild?.Tick(now);

    /// <summary>Starts a step of the rebuild: a question to the learner alone, or List to all.</summary>
    internal Round Ask(PeerRequestKind kind, LearnerRebuild rebuild, StoreKey after = default)
    {
        var isList = kind == PeerRequestKind.List;
        var request = NewRequest(kind, after) with
        {
            Incarnation = isList ? 0 : rebuild.Incarnation,
            PurgeStamp = kind == PeerRequestKind.Rebuild ? new Stamp(Ballot, _lastSequence) : Stamp.Zero,
        };
        var round = new Round(request, _host.Now, needsEveryone: false)
        {
            Alone = isList ? 0 : _quorum.BitOf(rebuild.Learner),
            Pages = isList ? [] : null,
        };
        _rounds.Add(request.Id.Number, round);
        if (isList)
        {
            _replica.OnRequest(_partition.Self, request);
        }

        SendToOthers(round);
        return round;
    }

    internal void SendAgain(Round round) => SendToOthers(round);

    internal void EndRebuild() => Rebuild = null;

    private void OnReadForCopy(PendingTask operation, Round round)
    {
        if (round.Highest is null)
        {
            EndCopy(operation);
            EndTurn(operation.Key);
        }
        else if (_host.CheckRoom(round.Highest) != NotAppliedReason.None)
        {
            operation.Stage = OperationStage.Done;
            ((PendingCopy)operation).Rebuild.OnPutOff((PendingCopy)operation);
            EndTurn(operation.Key);
        }
        else
        {
            // Under a new stamp even where all agree: what the learner's former self held counted in the quorum of the old one.
            operation.Stage = OperationStage.WritingBack;
            StartAccept(operation, round.Highest with { Stamp = NextStamp() });
        }
    }

    /// <summary>A quorum without the learner holds it. The learner may take its time: others need not wait for it with their turn.</summary>
    private void OnCommittedForCopy(PendingTask operation, Round round, LearnerRebuild rebuild)
    {
        var learner = _quorum.BitOf(rebuild.Learner);
        if ((round.Answered & learner) != 0)
        {
            EndCopy(operation);
        }
        else
        {
            operation.Stage = OperationStage.Copying;
            var alone = new Round(round.Request with { Id = _partition.NextRequestId() }, _host.Now, needsEveryone: false)
            {
                Operation = operation,
                Alone = learner,
            };
            operation.Round = alone;
            _rounds.Add(alone.Request.Id.Number, alone);
            SendToOthers(alone);
        }

        EndTurn(operation.Key);
    }

    /// <summary>A client need not wait for what too many replicas cannot store. Some may have stored it, so that the outcome is unknown.</summary>
    private void OnUnavailable(Round round, NodeId from)
    {
        round.Unavailable |= _quorum.BitOf(from);
        if (round.Operation is PendingOperation operation
            && ((round.Unavailable & _self) != 0 || !_quorum.IsMet(~round.Unavailable)))
        {
            Abandon(operation);
        }
    }

    private void OnRefusedAlone(Round round)
    {
        _rounds.Remove(round.Request.Id.Number);
        if (round.Operation is { } copy)
        {
            // A tombstone purged meanwhile is newer: what is there now is found out anew.
            copy.Stage = OperationStage.Done;
            ((PendingCopy)copy).Rebuild.OnPutOff(copy);
        }
        else
        {
            // It is a voter already, or lost its memory once more; whichever it is, it will say so.
            EndRebuild();
        }
    }

    private static void EndCopy(PendingTask operation)
    {
        operation.Stage = OperationStage.Done;
        operation.Round = null;
        ((PendingCopy)operation).Rebuild.OnCopied(operation);
    }

    // ------------------------------------------------------------------ confirm

    /// <summary>
    /// Answers the operation after a Confirm round that starts from here on. A round already sent does not count: its answers may be older than the
    /// operation.
    /// </summary>
    private void Confirm(PendingTask operation)
    {
        if (_confirming is not null)
        {
            _nextToConfirm.Add(operation);
            return;
        }

        StartConfirm([operation]);
    }

    private void StartConfirm(List<PendingTask> waiters)
    {
        // The own replica obeys the ballot as long as this coordinator lives: it counts at once.
        _confirming = new Round(NewRequest(PeerRequestKind.Confirm, default), _host.Now, needsEveryone: false)
        {
            Waiters = waiters,
            Votes = _self,
            Answered = _self,
        };
        foreach (var operation in waiters)
        {
            operation.Round = _confirming;
        }

        _rounds.Add(_confirming.Request.Id.Number, _confirming);
        SendToOthers(_confirming);
        if (_quorum.IsMet(_confirming.Votes))
        {
            EndRound(_confirming);
        }
    }

    private void OnConfirmed(Round round)
    {
        StartNextConfirm();
        foreach (var operation in round.Waiters!)
        {
            _partition.Complete(operation, ((PendingOperation)operation).Result!);
        }
    }

    private void StartNextConfirm()
    {
        _confirming = null;
        if (_nextToConfirm.Count > 0)
        {
            var next = _nextToConfirm;
            _nextToConfirm = [];
            StartConfirm(next);
        }
    }

    // ------------------------------------------------------------------ rounds

    private Stamp NextStamp() => new(Ballot, ++_lastSequence);

    private PeerRequest NewRequest(PeerRequestKind kind, StoreKey key) => new()
    {
        Kind = kind,
        Partition = _partition.Partition,
        Epoch = _config.Epoch,
        Ballot = Ballot,
        Id = _partition.NextRequestId(),
        Key = key,
    };

    private Round NewRound(PeerRequestKind kind, StoreKey key, bool needsEveryone = false, PendingTask? operation = null) =>
        new(NewRequest(kind, key), _host.Now, needsEveryone) { Operation = operation };

    private void StartRound(
        PeerRequestKind kind, StoreKey key, bool needsEveryone, PendingTask? operation = null, bool sendToOthers = true) =>
        Start(NewRound(kind, key, needsEveryone, operation), sendToOthers);

    private void Start(Round round, bool sendToOthers)
    {
        _rounds.Add(round.Request.Id.Number, round);
        if (round.Operation is { } operation)
        {
            operation.Round = round;
        }

        // The own replica first: what it cannot place must not be sent to others.
        _replica.OnRequest(_partition.Self, round.Request);
        if (sendToOthers)
        {
            SendToOthers(round);
        }
    }

    private void SendToOthers(Round round)
    {
        foreach (var node in _config.Voters)
        {
            var bit = _quorum.BitOf(node);
            if (bit != _self && (round.Alone == 0 || round.Alone == bit) && ((round.Answered | round.Unavailable) & bit) == 0)
            {
                SendTo(node, round);
            }
        }
    }

    private void SendTo(NodeId node, Round round) => _host.Send(
        node, _epochs.GetValueOrDefault(node) < _config.Epoch ? round.Request with { Config = _config } : round.Request, round.Operation);

    private void Count(NodeId from, PeerResponse response, Round round)
    {
        var bit = _quorum.BitOf(from);
        if ((round.Answered & bit) != 0)
        {
            return;
        }

        round.Answered |= bit;
        if (!response.IsLearner)
        {
            round.Votes |= bit;
        }

        if (round.Request.Kind == PeerRequestKind.Read && (!response.IsLearner || round.NeedsEveryone))
        {
            round.CountEntry(response.Entry, response.IsLearner);
        }

        if (round.Pages is not null && !response.IsLearner && response.Page is { } page)
        {
            round.Pages.Add(page);
        }

        if (round.Request.Kind == PeerRequestKind.Prepare && bit == _self)
        {
            _preparedAt = _host.Now;
            SendToOthers(round);
        }

        // Without the own replica, "settled" would not mean that the committed entry is in the own store.
        var isMet = round.Alone != 0
            ? bit == round.Alone
            : (round.Votes & _self) != 0 && _quorum.IsMet(round.Votes) && (!round.NeedsEveryone || _quorum.IsEveryone(round.Answered));
        if (isMet)
        {
            EndRound(round);
        }
    }

    private void EndRound(Round round)
    {
        if (round.Alone == 0)
        {
            _lastQuorumAt = _host.Now;
        }

        _rounds.Remove(round.Request.Id.Number);
        switch (round.Request.Kind)
        {
            case PeerRequestKind.Prepare:
                IsHolding = true;
                var waiting = _awaitingBallot.ToArray();
                _awaitingBallot.Clear();
                foreach (var operation in waiting)
                {
                    Submit(operation);
                }

                break;
            case PeerRequestKind.Read:
                OnRead(round.Operation!, round);
                break;
            case PeerRequestKind.Accept when round.Alone != 0:
                EndCopy(round.Operation!);
                break;
            case PeerRequestKind.Rebuild:
            case PeerRequestKind.List:
            case PeerRequestKind.Rebuilt:
                Rebuild!.OnStepDone(round);
                break;
            case PeerRequestKind.Accept:
                OnAccepted(round.Operation!, round);
                break;
            case PeerRequestKind.Confirm:
                OnConfirmed(round);
                break;
            case PeerRequestKind.Purge:
                EndPurge(round.Operation!, OperationOutcome.Applied);
                break;
        }
    }

    private static OperationResult OutcomeWithoutQuorum(PendingTask operation) =>
        operation is PendingOperation { MayHaveBeenApplied: true } ? OperationResult.Unknown : OperationResult.NotApplied(NotAppliedReason.NoQuorum);
}
