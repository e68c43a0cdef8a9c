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
/// when its own replica promises a higher ballot or a reject shows one, and in order where a newer config is to be obeyed.
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
        (_parking, _pause, _end) = (new Parking(), new PreparePause(options.MaxPreparePause, random), new TaskEnd(_view));
        _routing = new Routing(partition, _view, _replica, host, _parking, _pause, _end, options.MaxHops, NextRequestId);
        var question = new HolderQuestion(partition, self, _view, _replica, host, NextRequestId);
        var voice = new LearnerVoice(partition, self, incarnation, options.LearningInterval, host, NextRequestId);
        Upkeep = new Upkeep(self, _view, _replica, host, _parking, _pause, question, voice, options);
    }

    /// <summary>No ballot of this node has this round or a lower one.</summary>
    public long FirstRound { get; init; }

    public int Partition { get; }

    public NodeId Self { get; }

    /// <summary>The config that the replica adopted, or null before any.</summary>
    public PartitionConfig? Config => _replica.Config;

    /// <summary>The highest ballot promised or shown by a reject.</summary>
    public Ballot HighestBallot => _view.Highest;

    /// <summary>True while this node coordinates the partition, under a ballot that it holds.</summary>
    public bool HoldsBallot => _coordinator is { HoldsBallot: true };

    /// <summary>What the partition needs while nobody asks.</summary>
    public Upkeep Upkeep { get; }

    /// <summary>True while this replica lacks its memory: it counts in no quorum.</summary>
    public bool IsLearner => _replica.IsLearner;

    /// <summary>True once this node coordinates the partition no more, and never again while the process runs.</summary>
    public bool HasStoodDown => _view.StandsDown && _coordinator is null;

    /// <summary>The node that coordinates the partition as far as known, or none.</summary>
    public NodeId Holder => _view.Holder;

    /// <summary>Takes a config that is newer than the one known, durably; ends the coordinator.</summary>
    /// <returns>False where the newer config was made in a topology that this node does not know yet.</returns>
    public bool Adopt(PartitionConfig config)
    {
        if (config.Epoch > _replica.Epoch && !_host.KnowsTopology(config.Epoch))
        {
            return false;
        }

        if (_replica.Adopt(config))
        {
            _view.ForgetLearnersThatLeft();
            EndCoordinator();
        }

        return true;
    }

    /// <summary>
    /// Takes note of a config that the topology shows, which this node believes and keeps durably. A replica by the config that it adopted
    /// waits for a message under the newer one: whoever adopts by itself refuses what is under way. A coordinator ends what is under way,
    /// and goes on under the newer config with a new ballot, or leaves the partition to the first of its replicas.
    /// </summary>
    public void Learn(PartitionConfig config)
    {
        _view.Learn(config);
        if (_view.HasNewerConfig && _coordinator is not null)
        {
            Upkeep.Drain.BeginToChangeConfig(_host.Now + _options.ConfigTimeout);
            ResignIfIdle();
        }
        else if (_view.HasNewerConfig && Config?.Contains(Self) != true)
        {
            Adopt(_view.Config!);
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
        var isUnknown = request.Config is { } config && _replica.MayObey(request) && !Adopt(config);
        Upkeep.Hear(from, request);
        if (isUnknown)
        {
            LeaveToOthers(request.Ballot);
        }

        if (request.Kind == PeerRequestKind.Resigned)
        {
            Show(request.Ballot);
            _view.Resigned(request.Ballot, request.Successor);
            if (!isUnknown)
            {
                PrepareIfChosen(isAskedToBe: false);
            }

            SubmitAll(_parking.TakeAll());
        }
        else if (request.Kind == PeerRequestKind.Learning)
        {
            OnLearning(from, request);
        }
        else if (isUnknown)
        {
            _host.Answer(from, PeerResponse.Unanswered(request), afterPosition: 0);
        }
        else
        {
            // A node that coordinates has its memory.
            _view.IsNewLearner(from, learner: null);
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

        if (response.Config is { } config && _host.KnowsTopology(config.Epoch))
        {
            Learn(config);
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
                coordinator.SendResigned(newest: null, successor: NodeId.None);
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
        Upkeep.Drain.Tick(now);
        ResignIfIdle();
        if (!Upkeep.IsDraining && !_parking.IsEmpty && _pause.IsOver(now))
        {
            SubmitAll(_parking.TakeAll());
        }
    }

    /// <summary>Sends what the work waits for again, where it is lost: the same message, so that a lost one costs a delay.</summary>
    public void Resend(PendingTask task) => (_coordinator is null ? null : task.Task?.Turn)?.Resend();

    /// <summary>Ends work whose time is up; does nothing where the work ended already.</summary>
    public void Abandon(PendingTask task) => _end.Abandon(task, wasParked: _parking.Remove(task));

    private RequestId NextRequestId() => new(_process, ++_lastRequestNumber);

    /// <summary>A learner cannot take a ballot; where none is held by a live node, this one takes it on its behalf.</summary>
    private void OnLearning(NodeId from, PeerRequest request)
    {
        if (_view.Hears(from))
        {
            Show(request.Ballot);
            NoteMemory(from, request.Incarnation);
            PrepareIfChosen(isAskedToBe: true);
        }
    }

    /// <summary>Takes the ballot without an operation that needs it, where one would have this node take it.</summary>
    private void PrepareIfChosen(bool isAskedToBe)
    {
        if (_coordinator is null && _view.MayTakeBallot && (!isAskedToBe || _pause.IsOver(_host.Now)) && _view.Choose(isAskedToBe) == Self)
        {
            Prepare();
        }
    }

    /// <summary>For a config that this node cannot obey yet: the next ballot, and one that is being taken, is for those that can.</summary>
    private void LeaveToOthers(Ballot shown)
    {
        _pause.Leave(_host.Now);
        if (_coordinator is { HoldsBallot: false })
        {
            EndCoordinator();
        }

        Show(shown);
    }

    /// <summary>What the former self of a new learner voted is worth nothing: all is to be settled anew, under a new ballot.</summary>
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
        if (_coordinator is { } coordinator)
        {
            _coordinator = null;
            Upkeep.End();
            SubmitAll(coordinator.Retire().ConvertAll(static task => task.Pending!));
        }
    }

    /// <summary>Ends the ballot where this node is to; takes the next at once where it goes on: nobody outbid it.</summary>
    private void ResignIfIdle()
    {
        if (_coordinator is not { } coordinator || !Upkeep.Drain.IsDone(coordinator))
        {
            return;
        }

        var staysHolder = Upkeep.Drain.ChangesConfig && _view.MayStayHolder;
        if (!staysHolder)
        {
            coordinator.SendResigned(_view.HasNewerConfig ? _view.Config : null, successor: _view.Resign(coordinator.Ballot));
        }

        if (!Upkeep.Drain.ChangesConfig)
        {
            EndCoordinator();
        }
        else if (Adopt(_view.Config!) && staysHolder && _coordinator is null)
        {
            Prepare();
        }

        SubmitAll(_parking.TakeAll());
    }

    private void SubmitAll(IReadOnlyList<PendingTask> tasks) => Array.ForEach([.. tasks], Submit);

    private void Route(PendingTask task)
    {
        if (_routing.IsForThisNode(task))
        {
            Prepare();
            _coordinator!.Submit(_end.TaskFor(task));
        }
    }

    /// <summary>Takes the ballot, under the newest config that is known.</summary>
    private void Prepare()
    {
        Adopt(_view.Config!);
        var round = Math.Max(FirstRound, Math.Max(_view.Highest.Round, _replica.Promised.Round)) + 1;
        _coordinator = new Coordinator(Partition, Self, _replica, _host, _options, new Ballot(round, Self), NextRequestId, _view.Learners);
        Upkeep.Begin(_coordinator);
        _view.Show(_coordinator.Ballot);
        _coordinator.Prepare();
        SubmitAll(_parking.TakeAll());
    }
}
