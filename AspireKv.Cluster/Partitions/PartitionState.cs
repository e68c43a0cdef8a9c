// Past 400 lines on purpose: where an operation goes depends on the replica, the ballot and who is alive together, and each path is short.

using AspireKv.Cluster.Coordination;
using AspireKv.Cluster.Coordination.Tasks;
using AspireKv.Cluster.Messages;
using AspireKv.Cluster.Operations;
using AspireKv.Cluster.Replicas;
using AspireKv.Cluster.Topology;
using AspireKv.Cluster.Versioning;

namespace AspireKv.Cluster.Partitions;

/// <summary>
/// One partition at one node: its replica, its coordinator while it holds the ballot, and the decision where an operation goes. Pure: the world is an
/// <see cref="IPartitionHost"/>. Single-threaded: the host calls it from one thread at a time.
/// </summary>
/// <remarks>
/// There is no election timer and no term to wait out: the first operation after a failure moves the ballot. A coordinator ends at once when its own
/// replica promises a higher ballot, when a reject shows one, and at any change of epoch.
/// </remarks>
public sealed class PartitionState
{
    /// <summary>A holder that is known to one node is reached within two hops.</summary>
    private const int HopsOfALoop = 3;

    private readonly IPartitionHost _host;
    private readonly CoordinatorOptions _options;
    private readonly Random _random;
    private readonly ReplicaState _replica;
    private readonly ulong _process;

    /// <summary>
    /// The replicas known to have lost their memory, with the incarnation that they have now. A coordinator rebuilds only those that were known before it took
    /// its ballot.
    /// </summary>
    private readonly Dictionary<NodeId, ulong> _learners = [];

    /// <summary>Operations that wait out the pause before another Prepare.</summary>
    private readonly List<PendingTask> _parked = [];

    private CoordinatorState? _coordinator;

    /// <summary>The highest ballot promised or shown by a reject; its node is the holder as far as known.</summary>
    private Ballot _highestBallot;

    /// <summary>The ballot whose holder said that it gave it up.</summary>
    private Ballot _resigned;

    private long _lastRequestNumber;
    private TimeSpan _parkedUntil;
    private TimeSpan _nextLearningAt;
    private int _learningTurn;

    /// <param name="partition">The partition, from 0.</param>
    /// <param name="self">This node.</param>
    /// <param name="incarnation">Random for each directory of the node: it changes when the node lost its memory.</param>
    /// <param name="process">Random for each start of the process.</param>
    /// <param name="recovered">What the node remembers of the partition.</param>
    /// <param name="host">The world.</param>
    /// <param name="options">Limits and times.</param>
    /// <param name="random">Seeded; spreads the pauses before another Prepare.</param>
    public PartitionState(
        int partition,
        NodeId self,
        ulong incarnation,
        ulong process,
        ReplicaSnapshot recovered,
        IPartitionHost host,
        CoordinatorOptions options,
        Random random)
    {
        Partition = partition;
        Self = self;
        Incarnation = incarnation;
        _process = process;
        _host = host;
        _options = options;
        _random = random;
        _replica = new ReplicaState(partition, self, incarnation, recovered, host, options.ListedKeys);
        _highestBallot = recovered.Promised;
    }

    public int Partition { get; }

    public NodeId Self { get; }

    public ulong Incarnation { get; }

    /// <summary>The newest config known, or null before any.</summary>
    public PartitionConfig? Config => _replica.Config;

    /// <summary>The highest ballot promised or shown by a reject.</summary>
    public Ballot HighestBallot => _highestBallot;

    /// <summary>True while this node coordinates the partition.</summary>
    public bool IsHolder => _coordinator is { IsHolding: true };

    /// <summary>True while something may fall due in <see cref="Tick"/>. May be read from any thread; what it misses, the next look sees.</summary>
    public bool HasWork => _parked.Count > 0 || _coordinator is { HasRounds: true } || IsLearner;

    /// <summary>True while this replica lacks its memory: it counts in no quorum.</summary>
    public bool IsLearner => _replica.IsLearner;

    /// <summary>The other replicas known to lack their memory.</summary>
    public IReadOnlyDictionary<NodeId, ulong> Learners => _learners;

    /// <summary>True while this node, as coordinator, rebuilds a learner.</summary>
    public bool IsRebuilding => _coordinator is { Rebuild: not null };

    /// <summary>The node that coordinates the partition as far as known, or none.</summary>
    /// <remarks>A learner does not know any more that it held a ballot.</remarks>
    public NodeId Holder => _highestBallot == _resigned || _learners.ContainsKey(_highestBallot.Node) ? NodeId.None : _highestBallot.Node;

    /// <summary>Takes a config that is newer than the one known, durably; ends the coordinator.</summary>
    public void Adopt(PartitionConfig config)
    {
        if (_replica.Adopt(config))
        {
            EndCoordinator();
        }
    }

    /// <summary>
    /// Takes part with a directory that is not the one the cluster was founded with: as a learner, unless it was rebuilt since. The first call for the
    /// partition in the life of the process.
    /// </summary>
    public void AdoptWithoutMemory(PartitionConfig config)
    {
        if (config.Contains(Self))
        {
            _replica.MarkLearner();
        }

        Adopt(config);
    }

    /// <summary>Begins to rebuild a learner, if this node coordinates the partition and there is one; goes on by itself. True while one is being rebuilt.</summary>
    public bool StartRebuild()
    {
        _coordinator?.StartRebuild(_learners);
        return IsRebuilding;
    }

    /// <summary>Takes an operation of a client, or one that another node forwarded.</summary>
    public void Submit(PendingTask operation)
    {
        if (_coordinator is not null)
        {
            _coordinator.Submit(operation);
        }
        else
        {
            Route(operation);
        }
    }

    /// <summary>A request to this node's replica.</summary>
    public void OnRequest(NodeId from, PeerRequest request)
    {
        if (request.Config is not null)
        {
            Adopt(request.Config);
        }

        if (request.Kind == PeerRequestKind.Resigned)
        {
            Show(request.Ballot);
            _resigned = request.Ballot > _resigned ? request.Ballot : _resigned;
            return;
        }

        if (request.Kind == PeerRequestKind.Learning)
        {
            OnLearning(from, request);
            return;
        }

        // Who coordinates has its memory.
        _learners.Remove(from);
        _replica.OnRequest(from, request);
        Show(_replica.Promised);
    }

    /// <summary>An answer to this node's coordinator.</summary>
    public void OnResponse(NodeId from, PeerResponse response)
    {
        if (response.Id.Process != _process)
        {
            return;
        }

        if (response.Config is not null)
        {
            Adopt(response.Config);
        }

        if (response.Kind == PeerResponseKind.BallotRejected)
        {
            Show(response.Promised);
        }

        NoteMemory(from, response);
        _coordinator?.OnResponse(from, response);
    }

    /// <summary>Does what is due: gives up a Prepare or a ballot without a quorum, and routes parked operations again.</summary>
    public void Tick(TimeSpan now)
    {
        if (_coordinator is { } coordinator && (coordinator.HasFailedToPrepare(now) || coordinator.HasLostQuorum(now)))
        {
            if (coordinator.IsHolding)
            {
                coordinator.SendResigned();
            }

            EndCoordinator(park: true);
            RefuseParkedWithoutQuorum();
        }

        _coordinator?.Tick(now);
        if (IsLearner && now >= _nextLearningAt)
        {
            _nextLearningAt = now + _options.LearningInterval;
            SayLearning();
        }

        if (_parked.Count > 0 && now >= _parkedUntil)
        {
            RouteAgain(TakeParked());
        }
    }

    /// <summary>Sends what the operation waits for again: the same message, so that a lost one costs a delay and no more.</summary>
    public void Resend(PendingTask operation) => _coordinator?.Resend(operation);

    /// <summary>Ends an operation whose time is up; does nothing when it ended already.</summary>
    public void Abandon(PendingTask operation)
    {
        if (operation.IsDone)
        {
            return;
        }

        if (_parked.Remove(operation))
        {
            Complete(operation, OperationResult.NotApplied(NotAppliedReason.NoQuorum));
        }
        else
        {
            _coordinator?.Abandon(operation);
        }
    }

    internal RequestId NextRequestId() => new(_process, ++_lastRequestNumber);

    internal void Complete(PendingTask operation, OperationResult result)
    {
        operation.Stage = OperationStage.Done;
        operation.Round = null;
        if (operation is PendingOperation { Owner: { } owner } ended)
        {
            owner.OnEnded(ended, result with { Holder = Holder });
        }
    }

    private void SayLearning()
    {
        if (Config is not { } config || !config.Contains(Self))
        {
            return;
        }

        // One at a time: where nobody holds a ballot, whoever hears of it takes one.
        var others = config.Voters.Where(node => node != Self).ToArray();
        if (others.Length > 0)
        {
            var learning = new PeerRequest
            {
                Kind = PeerRequestKind.Learning,
                Partition = Partition,
                Epoch = config.Epoch,
                Ballot = Ballot.Zero,
                Id = NextRequestId(),
                Incarnation = Incarnation,
            };
            _host.Send(others[_learningTurn++ % others.Length], learning, cause: null);
        }
    }

    /// <summary>A learner cannot take a ballot; where none is held by a live node, this one takes it on its behalf.</summary>
    private void OnLearning(NodeId from, PeerRequest request)
    {
        if (Config?.Contains(from) != true)
        {
            return;
        }

        NoteLearner(from, request.Incarnation);
        if (_coordinator is null && _replica.IsVoter && _parked.Count == 0 && ChooseCoordinator(isAskedToBe: true) == Self)
        {
            Prepare();
        }
    }

    private void NoteMemory(NodeId from, PeerResponse response)
    {
        if (response.IsLearner)
        {
            NoteLearner(from, response.Incarnation);
        }
        else
        {
            _learners.Remove(from);
        }
    }

    /// <summary>
    /// A learner that was not known: votes that its former self gave under the present ballot are worth nothing any more, so a new ballot is needed, in which
    /// everything is settled anew.
    /// </summary>
    private void NoteLearner(NodeId node, ulong incarnation)
    {
        if (node == Self || (_learners.TryGetValue(node, out var known) && known == incarnation))
        {
            return;
        }

        _learners[node] = incarnation;
        EndCoordinator();
    }

    /// <summary>Takes note of a ballot; a higher one than the own ends the coordinator at once.</summary>
    private void Show(Ballot ballot)
    {
        if (ballot > _highestBallot)
        {
            _highestBallot = ballot;
        }

        if (_coordinator is { } coordinator && ballot > coordinator.Ballot)
        {
            EndCoordinator(park: !_host.IsAlive(ballot.Node));
        }
    }

    private void EndCoordinator(bool park = false)
    {
        if (_coordinator is not { } coordinator)
        {
            return;
        }

        _coordinator = null;
        var unsent = coordinator.Retire();
        if (park)
        {
            _parked.AddRange(unsent);
            _parkedUntil = _host.Now + _random.NextDouble() * _options.MaxPreparePause;
        }
        else
        {
            RouteAgain(unsent);
        }
    }

    /// <summary>
    /// Who found no quorum and knows of none that lives says so, rather than try until the time is up: whoever asked may reach a node that is not cut off.
    /// </summary>
    private void RefuseParkedWithoutQuorum()
    {
        if (_parked.Count == 0 || IsQuorumAlive())
        {
            return;
        }

        foreach (var operation in TakeParked())
        {
            Complete(operation, OperationResult.NotApplied(NotAppliedReason.NoQuorum));
        }
    }

    private List<PendingTask> TakeParked()
    {
        var parked = new List<PendingTask>(_parked);
        _parked.Clear();
        return parked;
    }

    private void RouteAgain(List<PendingTask> operations)
    {
        foreach (var operation in operations)
        {
            Submit(operation);
        }
    }

    /// <summary>Decides where an operation goes while this node does not coordinate the partition.</summary>
    private void Route(PendingTask task)
    {
        if (task is not PendingOperation operation || Config is null)
        {
            Complete(task, OperationResult.NotApplied(NotAppliedReason.NotReady));
        }
        else if (operation.Hops > _options.MaxHops)
        {
            Complete(operation, OperationResult.NotApplied(NotAppliedReason.TooManyHops));
        }
        else if (ChooseCoordinator(isAskedToBe: operation.Hops > 0, goesRound: operation.Hops >= HopsOfALoop) is not { } node)
        {
            Complete(operation, OperationResult.NotApplied(NotAppliedReason.NoQuorum));
        }
        else if (node == Self)
        {
            Prepare();
            _coordinator!.Submit(operation);
        }
        else
        {
            operation.Hops++;
            operation.Stage = OperationStage.Done;
            operation.Owner?.Forward(operation, node);
        }
    }

    /// <param name="isAskedToBe">
    /// True when another node takes this one for the coordinator. Where no other is known it then is: who passes the operation on to the first live replica may
    /// get it back for ever, since each node knows of other ballots.
    /// </param>
    /// <param name="goesRound">
    /// True when an operation was passed on so often that nodes must take each other for the coordinator, as they may when one forgot its ballot with its
    /// disk. A higher ballot than any of theirs ends that.
    /// </param>
    private NodeId? ChooseCoordinator(bool isAskedToBe, bool goesRound = false)
    {
        if (goesRound && _replica.IsVoter)
        {
            return Self;
        }

        var holder = Holder;
        if (holder != NodeId.None && holder != Self && Config!.Contains(holder) && _host.IsAlive(holder))
        {
            return holder;
        }

        // A ballot of its own that it does not hold (it restarted, or gave it up), or a holder that is gone: a voter takes the next one.
        if (_replica.IsVoter && (holder != NodeId.None || isAskedToBe))
        {
            return Self;
        }

        foreach (var node in Config!.Replicas)
        {
            if (node == Self ? _replica.IsVoter : _host.IsAlive(node) && !_learners.ContainsKey(node))
            {
                return node;
            }
        }

        return _replica.IsVoter ? Self : null;
    }

    private bool IsQuorumAlive()
    {
        var quorum = Config!.Quorum;
        return quorum.IsMet(quorum.SetOf(node => node == Self || (_host.IsAlive(node) && !_learners.ContainsKey(node))));
    }

    private void Prepare()
    {
        var round = Math.Max(_highestBallot.Round, _replica.Promised.Round) + 1;
        _coordinator = new CoordinatorState(this, _replica, _host, _options, new Ballot(round, Self));
        _highestBallot = _coordinator.Ballot;
        _coordinator.Prepare();
    }
}
