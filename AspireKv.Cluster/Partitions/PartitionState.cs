using AspireKv.Cluster.Coordination;
using AspireKv.Cluster.Coordination.Tasks;
using AspireKv.Cluster.Messages;
using AspireKv.Cluster.Operations;
using AspireKv.Cluster.Replicas;
using AspireKv.Cluster.Topology;
using AspireKv.Cluster.Versioning;

namespace AspireKv.Cluster.Partitions;

/// <summary>
/// One partition at one node: its replica, its coordinator while it holds the ballot, and the decision where an operation goes. Pure: the
/// world is an <see cref="IPartitionHost"/>. Single-threaded: the host calls it from one thread at a time.
/// </summary>
/// <remarks>
/// There is no election timer and no term to wait out: the first operation after a failure moves the ballot. A coordinator ends at once
/// when its own replica promises a higher ballot, when a reject shows one, and at any change of epoch.
/// </remarks>
public sealed class PartitionState
{
    private readonly IPartitionHost _host;
    private readonly ProtocolOptions _options;
    private readonly ReplicaState _replica;
    private readonly ulong _process;

    private readonly HolderView _view;
    private readonly Routing _routing;
    private readonly TaskEnd _end;
    private readonly Parking _parking;
    private readonly PreparePause _pause;
    private readonly LearnerVoice _voice;

    /// <summary>What this node does as coordinator; null while it neither holds the ballot nor takes it.</summary>
    private Coordinator? _coordinator;

    private long _lastRequestNumber;

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
        ProtocolOptions options,
        Random random)
    {
        (Partition, Self, _process, _host, _options) = (partition, self, process, host, options);
        _replica = new ReplicaState(partition, self, incarnation, recovered, host, options.ListedKeys);
        _view = new HolderView(self, _replica, host, options);
        (_routing, _end) = (new Routing(partition, _view, _replica, host, options.MaxHops, NextRequestId), new TaskEnd(_view));
        (_parking, _pause) = (new Parking(), new PreparePause(options.MaxPreparePause, random));
        var question = new HolderQuestion(partition, self, _view, _replica, host, NextRequestId);
        Upkeep = new Upkeep(self, _view, _replica, host, _parking, _pause, question, options);
        _voice = new LearnerVoice(partition, self, incarnation, options.LearningInterval, host, NextRequestId);
    }

    /// <summary>No ballot of this node has this round or a lower one.</summary>
    public long FirstRound { get; init; }

    public int Partition { get; }

    public NodeId Self { get; }

    /// <summary>The newest config known, or null before any.</summary>
    public PartitionConfig? Config => _replica.Config;

    /// <summary>The highest ballot promised or shown by a reject.</summary>
    public Ballot HighestBallot => _view.Highest;

    /// <summary>True while this node coordinates the partition, under a ballot that it holds.</summary>
    public bool HoldsBallot => _coordinator is { HoldsBallot: true };

    /// <summary>What the partition needs while nobody asks.</summary>
    public Upkeep Upkeep { get; }

    /// <summary>True while this replica lacks its memory: it counts in no quorum.</summary>
    public bool IsLearner => _replica.IsLearner;

    /// <summary>True while this node holds a replica that waits to be rebuilt. May be read from any thread.</summary>
    public bool AwaitsRebuild => IsLearner && Config?.Contains(Self) == true;

    /// <summary>
    /// True when this node holds no replica, or reaches a quorum of the replicas, itself included, that have their memory as far as known.
    /// </summary>
    public bool HasLiveQuorum => Config?.Contains(Self) != true || _view.IsQuorumAlive();

    public IReadOnlyDictionary<NodeId, ulong> Learners => _view.Learners;

    /// <summary>True once this node coordinates the partition no more, and never again while the process runs.</summary>
    public bool HasStoodDown => _view.StandsDown && _coordinator is null;

    /// <summary>The node that coordinates the partition as far as known, or none.</summary>
    public NodeId Holder => _view.Holder;

    /// <summary>Takes a config that is newer than the one known, durably; ends the coordinator.</summary>
    public void Adopt(PartitionConfig config)
    {
        if (_replica.Adopt(config))
        {
            EndCoordinator();
        }
    }

    /// <summary>Lets another node coordinate the partition, for good and in order: this one is about to stop.</summary>
    public void StandDown()
    {
        _view.StandsDown = true;
        ResignIfIdle();
    }

    /// <summary>Lets another replica coordinate the partition, in order: the first of them again, or one with a better disk.</summary>
    public void HandOver()
    {
        Upkeep.BeginToHandOver();
        ResignIfIdle();
    }

    /// <summary>Takes an operation of a client, one that another node forwarded, or the purge of a tombstone.</summary>
    public void Submit(PendingTask task)
    {
        if (_coordinator is null)
        {
            Route(task);
        }
        else if (Upkeep.IsDraining)
        {
            _parking.Add(task);
        }
        else
        {
            _coordinator.Submit(_end.TaskFor(task));
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
            _view.Resigned(request.Ballot);
            PrepareIfChosen(isAskedToBe: false);
            SubmitAll(_parking.TakeAll());
        }
        else if (request.Kind == PeerRequestKind.Learning)
        {
            OnLearning(from, request);
        }
        else
        {
            // A node that coordinates has its memory.
            _view.IsNewLearner(from, learner: null);
            Upkeep.Hear(from, request);
            OnDeferred(from, request);
        }
    }

    /// <summary>A request that was put off for want of what is now in memory, for this one call.</summary>
    public void OnDeferred(NodeId from, PeerRequest request)
    {
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

        if (response.Kind != PeerResponseKind.Unanswered)
        {
            NoteMemory(from, response.IsLearner ? response.Incarnation : null);
            _view.NoteRoom(from, response.Kind);
        }

        if (Upkeep.MayTakeOver(from, response))
        {
            Prepare();
        }

        _coordinator?.OnResponse(from, response);
        ResignIfIdle();
    }

    /// <summary>True while this node's coordinator waits for answers to the question.</summary>
    public bool Awaits(RequestId id) => id.Process == _process && _coordinator?.Awaits(id.Number) == true;

    /// <summary>Does what is due: gives up a Prepare or a ballot without a quorum, and routes parked operations again.</summary>
    public void Tick(TimeSpan now)
    {
        if (_coordinator is { } coordinator && (coordinator.HasFailedToPrepare(now) || coordinator.HasLostQuorum(now)))
        {
            if (coordinator.HoldsBallot)
            {
                coordinator.SendResigned();
            }

            _pause.Begin(now);
            EndCoordinator();
            if (!_parking.IsEmpty && !_view.IsQuorumAlive())
            {
                // Rather than try until the time is up: the sender may reach a node that is not cut off.
                Array.ForEach(_parking.TakeAll(), task => _end.Refuse(task, NotAppliedReason.NoQuorum));
            }
        }

        Upkeep.Tick(now);
        if (IsLearner)
        {
            _voice.Tick(now, Config, _replica.Promised);
        }

        ResignIfIdle();
        Upkeep.Drain.Tick(now);
        if (!Upkeep.IsDraining && !_parking.IsEmpty && _pause.IsOver(now))
        {
            SubmitAll(_parking.TakeAll());
        }
    }

    /// <summary>Sends what the work waits for again, where it is lost: the same message, so that a lost one costs a delay.</summary>
    public void Resend(PendingTask task) => (_coordinator is null ? null : task.Task?.Turn)?.Resend();

    /// <summary>Ends work whose time is up; does nothing where the work ended already.</summary>
    public void Abandon(PendingTask task)
    {
        if (_parking.Remove(task))
        {
            _end.Refuse(task, NotAppliedReason.NoQuorum);
        }
        else if (!task.IsDone)
        {
            task.Task?.Turn.GiveUp();
        }
    }

    private RequestId NextRequestId() => new(_process, ++_lastRequestNumber);

    /// <summary>A learner cannot take a ballot; where none is held by a live node, this one takes it on its behalf.</summary>
    private void OnLearning(NodeId from, PeerRequest request)
    {
        if (Config?.Contains(from) == true)
        {
            Show(request.Ballot);
            NoteMemory(from, request.Incarnation);
            PrepareIfChosen(isAskedToBe: true);
        }
    }

    /// <summary>Takes the ballot without an operation that needs it, where one would have this node take it.</summary>
    private void PrepareIfChosen(bool isAskedToBe)
    {
        if (_coordinator is null && _replica.IsVoter && (!isAskedToBe || _pause.IsOver(_host.Now)) && _view.Choose(isAskedToBe) == Self)
        {
            Prepare();
        }
    }

    /// <summary>
    /// A learner that was not known: votes that its former self gave under the present ballot are worth nothing any more, so a new ballot
    /// is needed, in which everything is settled anew.
    /// </summary>
    private void NoteMemory(NodeId node, ulong? learner)
    {
        if (_view.IsNewLearner(node, learner))
        {
            EndCoordinator();
        }
    }

    /// <summary>Takes note of a ballot; a higher one than the own ends the coordinator at once.</summary>
    private void Show(Ballot ballot)
    {
        var before = _view.Highest;
        _view.Show(ballot);
        if (_coordinator is { } coordinator && ballot > coordinator.Ballot)
        {
            _pause.Lost(_host.Now, coordinator.HasCommitted);
            EndCoordinator();
        }

        if (_coordinator is null && _view.Highest > before)
        {
            // A holder showed itself.
            SubmitAll(_parking.TakeAll());
        }
    }

    /// <summary>
    /// The coordinator is over. What it did not begin goes to the holder, or waits for the end of the pause where this node would take the
    /// ballot again.
    /// </summary>
    private void EndCoordinator()
    {
        if (_coordinator is not { } coordinator)
        {
            return;
        }

        _coordinator = null;
        Upkeep.End();
        SubmitAll(coordinator.Retire().ConvertAll(static task => task.Pending!));
    }

    /// <summary>Gives the ballot up where this node is to, and no operation needs it any more.</summary>
    private void ResignIfIdle()
    {
        if (_coordinator is { } coordinator && Upkeep.Drain.TryResign(coordinator))
        {
            EndCoordinator();
            SubmitAll(_parking.TakeAll());
        }
    }

    private void SubmitAll(IReadOnlyList<PendingTask> tasks) => Array.ForEach([.. tasks], Submit);

    private void Route(PendingTask task)
    {
        if (_routing.Find(task, out var node) is var reason && reason != NotAppliedReason.None)
        {
            _end.Refuse(task, reason);
        }
        else if (node == Self && !_pause.IsOver(_host.Now))
        {
            _parking.Add(task);
        }
        else if (node == Self)
        {
            Prepare();
            _coordinator!.Submit(_end.TaskFor(task));
        }
        else
        {
            if (_view.Holder != node && _view.Holder != Self)
            {
                // Which takes the ballot for this operation, if it does not hold it already.
                _pause.Leave(_host.Now);
            }

            _routing.Forward((PendingOperation)task, node);
        }
    }

    private void Prepare()
    {
        var round = Math.Max(FirstRound, Math.Max(_view.Highest.Round, _replica.Promised.Round)) + 1;
        _coordinator = new Coordinator(Partition, Self, _replica, _host, _options, new Ballot(round, Self), NextRequestId, _view.Learners);
        Upkeep.Begin(_coordinator);
        _view.Show(_coordinator.Ballot);
        _coordinator.Prepare();
        SubmitAll(_parking.TakeAll());
    }
}
