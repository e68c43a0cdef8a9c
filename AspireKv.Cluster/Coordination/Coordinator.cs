using AspireKv.Cluster.Coordination.Tasks;
using AspireKv.Cluster.Keys;
using AspireKv.Cluster.Messages;
using AspireKv.Cluster.Replicas;
using AspireKv.Cluster.Topology;
using AspireKv.Cluster.Versioning;

namespace AspireKv.Cluster.Coordination;

/// <summary>
/// A node in its role as coordinator of one partition under one ballot: the proposer of Paxos. A coordinator lives as long as its ballot;
/// a node that loses a ballot starts anew with nothing settled. A coordinator hands out turns, stamps and rounds, and knows no kind of
/// task.
/// </summary>
/// <remarks>
/// The idea: a quorum promised to obey no lower ballot, so every write of a lower ballot that could still be acknowledged shows up in a
/// quorum's answers. A key is <em>settled</em> once its committed entry is known to be the one in the coordinator's own store. Tasks on one
/// key take turns; different keys never wait for each other. A write needs one round (Accept); a read of a settled key needs one round in
/// which a quorum confirms that it still obeys the ballot, as in Raft's ReadIndex (Ongaro, "Consensus: Bridging Theory and Practice", 2014,
/// section 6.4).
/// </remarks>
internal sealed class Coordinator : IRoundOwner
{
    private readonly int _partition;
    private readonly Func<RequestId> _nextRequestId;
    private readonly Rounds _rounds;
    private readonly KeyTurns _turns;

    /// <summary>Tasks that came while the ballot was being taken.</summary>
    private readonly List<Turn> _awaitingBallot = [];

    /// <summary>The sequence of the last stamp given; each is given once.</summary>
    private long _lastSequence;

    /// <summary>When Prepare left for the others.</summary>
    private TimeSpan _preparedAt = TimeSpan.MaxValue;

    /// <summary>
    /// Tasks that have the turn and are to begin: a loop begins them one after the other. A task that ends within its beginning passes its
    /// turn to the next one, and thousands may wait for one key: each a call within the other would use up the stack.
    /// </summary>
    private readonly Queue<Turn> _toBegin = new();

    /// <summary>True while <see cref="_toBegin"/> is being emptied.</summary>
    private bool _isBeginning;

    /// <param name="partition">The partition, from 0.</param>
    /// <param name="self">This node.</param>
    /// <param name="replica">The node's own replica; its config stays the same while this coordinator lives.</param>
    /// <param name="host">The world.</param>
    /// <param name="options">Limits and times.</param>
    /// <param name="ballot">Unique to this coordinator.</param>
    /// <param name="nextRequestId">Gives an id that this process never used.</param>
    /// <param name="learners">The replicas that are known to have lost their memory, as known at any moment.</param>
    public Coordinator(
        int partition,
        NodeId self,
        ReplicaState replica,
        ICoordinatorHost host,
        ProtocolOptions options,
        Ballot ballot,
        Func<RequestId> nextRequestId,
        IReadOnlyDictionary<NodeId, ulong> learners)
    {
        _partition = partition;
        _nextRequestId = nextRequestId;
        _rounds = new Rounds(host, replica, self, ballot, learners);
        _turns = new KeyTurns(options.MaxWaitingPerKey);
        Host = host;
        Options = options;
        Ballot = ballot;
        Settled = new SettledKeys(options.MaxSettledKeys);
        Confirmation = new Confirmation(this, _rounds);
    }

    /// <summary>Unique to this coordinator.</summary>
    public Ballot Ballot { get; }

    /// <summary>True once a quorum promised the ballot.</summary>
    public bool HoldsBallot { get; private set; }

    /// <summary>True while the question waits for answers.</summary>
    public bool Awaits(long requestNumber) => _rounds.IsOpen(requestNumber);

    /// <summary>True while answers are awaited.</summary>
    public bool HasRounds => _rounds.IsWaiting;

    /// <summary>True while operations of clients are under way under the ballot. Those that wait for the ballot can go elsewhere.</summary>
    public bool HasOperations => _turns.All.Concat(Confirmation.Waiting).Any(static turn => turn.Work.Pending is PendingOperation);

    /// <summary>The voters by number, and what makes up a quorum of them.</summary>
    public Quorum Quorum => _rounds.Quorum;

    /// <summary>True once an entry was committed under the ballot.</summary>
    public bool HasCommitted { get; internal set; }

    /// <summary>The replicas that may lack something that was committed under the ballot or before.</summary>
    public ulong Doubted => _rounds.Doubted;

    /// <summary>The last stamp given.</summary>
    public Stamp LastStamp => new(Ballot, _lastSequence);

    internal ICoordinatorHost Host { get; }

    internal ProtocolOptions Options { get; }

    internal SettledKeys Settled { get; }

    internal Confirmation Confirmation { get; }

    /// <summary>Promises the ballot in the own replica; Prepare leaves for the others only once that promise is durable.</summary>
    public void Prepare() => _rounds.Start(NewRound(NewRequest(PeerRequestKind.Prepare, default), this), sendToOthers: false);

    /// <summary>Takes a task that is nowhere else.</summary>
    public void Submit(KeyTask task)
    {
        var turn = new Turn(this, _rounds, task);
        task.Turn = turn;
        Take(turn);
    }

    /// <summary>Counts an answer towards the round that it belongs to.</summary>
    public void OnResponse(NodeId from, PeerResponse response) => _rounds.OnResponse(from, response);

    /// <summary>True when tasks wait for a quorum that has not been heard for the configured time.</summary>
    public bool HasLostQuorum(TimeSpan now) => HoldsBallot && _rounds.HasLostQuorum(now, Options.GiveUpAfter);

    /// <summary>
    /// True when the Prepare got no quorum in time. The time runs from when Prepare was sent to the others: the own disk, however slow, is
    /// waited for, or each try would only give it more to do.
    /// </summary>
    public bool HasFailedToPrepare(TimeSpan now) => !HoldsBallot && now - _preparedAt >= Options.PrepareTimeout;

    /// <summary>
    /// Gives everything up. Returns the tasks that the next coordinator may carry out; the others ended. None of them takes a step here
    /// any more: their questions are closed, and no owner calls back from within the end of its task.
    /// </summary>
    public List<KeyTask> Retire()
    {
        _rounds.DropAll();
        Turn[] all = [.. _awaitingBallot, .. _turns.All, .. Confirmation.Waiting];
        return [.. all.Select(turn => turn.Work).Where(task => task.Retire())];
    }

    /// <summary>Tells the other voters that this ballot has no holder any more, if they may have heard of it.</summary>
    /// <param name="newest">A newer config, by which they are to know who comes next; null where there is none.</param>
    /// <param name="successor">The node that is to take the next ballot; none where nobody is known that could.</param>
    public void SendResigned(PartitionConfig? newest, NodeId successor)
    {
        if (_preparedAt != TimeSpan.MaxValue)
        {
            var resigned = NewRequest(PeerRequestKind.Resigned, default) with { Config = newest, Successor = successor };
            _rounds.SendToOthers(NewRound(resigned, this));
        }
    }

    /// <summary>Asks these replicas alone, until each of them answered.</summary>
    public Round AskAlone(ulong nodes, PeerRequest request, IRoundOwner owner)
    {
        var round = NewRound(request, owner, alone: nodes);
        _rounds.Start(round);
        return round;
    }

    /// <inheritdoc cref="Rounds.Doubt"/>
    public void Doubt(ulong nodes) => _rounds.Doubt(nodes);

    /// <inheritdoc cref="Rounds.BeginToCompare"/>
    public void BeginToCompare() => _rounds.BeginToCompare();

    /// <inheritdoc cref="Rounds.Trust"/>
    public void Trust(ulong nodes) => _rounds.Trust(nodes);

    /// <summary>Asks every voter, until a quorum answered.</summary>
    public Round AskAll(PeerRequest request, IRoundOwner owner)
    {
        var round = NewRound(request, owner);
        _rounds.Start(round);
        return round;
    }

    /// <summary>Sends the round again to the replicas that have not answered, and that it is not on its way to.</summary>
    public void SendAgain(Round round) => _rounds.SendAgain(round);

    /// <summary>As <see cref="SendAgain(Round)"/>, with what the message says brought up to date; answers to either count.</summary>
    public void SendAgain(Round round, PeerRequest request)
    {
        round.Request = request with { Id = round.Request.Id };
        SendAgain(round);
    }

    /// <summary>No further answer to the round counts.</summary>
    public void Drop(Round round) => _rounds.Drop(round);

    /// <summary>A request under this ballot and its config, with an id of its own.</summary>
    public PeerRequest NewRequest(PeerRequestKind kind, StoreKey key, Entry? entry = null) => new()
    {
        Kind = kind,
        Partition = _partition,
        Epoch = _rounds.Config.Epoch,
        Ballot = Ballot,
        Id = _nextRequestId(),
        Key = key,
        Entry = entry,
    };

    internal Round NewRound(PeerRequest request, IRoundOwner owner, ulong needed = 0, ulong alone = 0, PendingTask? cause = null) =>
        new(request, Host.Now, owner) { Needed = needed, Alone = alone, Cause = cause };

    internal Stamp NextStamp() => new(Ballot, ++_lastSequence);

    /// <summary>Passes the turn on the key to the task that waits longest.</summary>
    internal void Pass(StoreKey key)
    {
        if (_turns.Pass(key) is { } next)
        {
            _toBegin.Enqueue(next);
            BeginAll();
        }
    }

    /// <summary>Takes out a turn that waits for the ballot or in a queue.</summary>
    internal void Remove(Turn turn)
    {
        if (turn.Stage == TurnStage.AwaitingBallot)
        {
            _awaitingBallot.Remove(turn);
        }
        else
        {
            _turns.Remove(turn);
        }
    }

    void IRoundOwner.OnAnswer(Round round, NodeId from, PeerResponse response)
    {
        // The own replica answers first, since nobody else was asked. The others' answers are no reason to wait longer.
        if (_preparedAt == TimeSpan.MaxValue)
        {
            _preparedAt = Host.Now;
            _rounds.SendToOthers(round);
        }
    }

    /// <summary>A quorum promised the ballot.</summary>
    void IRoundOwner.OnMet(Round round)
    {
        HoldsBallot = true;
        var waiting = _awaitingBallot.ToArray();
        _awaitingBallot.Clear();
        foreach (var turn in waiting)
        {
            Take(turn);
        }
    }

    private void Take(Turn turn)
    {
        if (!HoldsBallot)
        {
            turn.Stage = TurnStage.AwaitingBallot;
            _awaitingBallot.Add(turn);
            return;
        }

        var current = _turns.Enter(turn);
        if (current == turn)
        {
            Begin(turn);
            return;
        }

        if (current is null)
        {
            turn.Work.OnOverloaded();
            return;
        }

        turn.Stage = TurnStage.Queued;
        if (current.Work.GivesWay && !turn.Work.GivesWay)
        {
            current.GiveUp();
        }
    }

    private void BeginAll()
    {
        if (_isBeginning)
        {
            return;
        }

        _isBeginning = true;
        try
        {
            while (_toBegin.TryDequeue(out var next))
            {
                Begin(next);
            }
        }
        finally
        {
            _isBeginning = false;
        }
    }

    private static void Begin(Turn turn)
    {
        turn.Stage = TurnStage.Held;
        turn.Work.Begin();
    }
}
