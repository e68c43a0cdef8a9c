using AspireKv.Cluster.Operations;
using AspireKv.Cluster.Topology;
using AspireKv.Cluster.Versioning;

namespace AspireKv.Cluster.Consensus;

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
    private readonly IPartitionHost _host;
    private readonly CoordinatorOptions _options;
    private readonly Random _random;
    private readonly ReplicaState _replica;
    private readonly ulong _process;

    /// <summary>Operations that wait out the pause before another Prepare.</summary>
    private readonly List<PendingOperation> _parked = [];

    private CoordinatorState? _coordinator;

    /// <summary>The highest ballot promised or shown by a reject; its node is the holder as far as known.</summary>
    private Ballot _highestBallot;

    /// <summary>The ballot whose holder said that it gave it up.</summary>
    private Ballot _resigned;

    private long _lastRequestNumber;
    private TimeSpan _parkedUntil;

    /// <param name="partition">The partition, from 0.</param>
    /// <param name="self">This node.</param>
    /// <param name="process">Random for each start of the process.</param>
    /// <param name="recovered">What the node remembers of the partition.</param>
    /// <param name="host">The world.</param>
    /// <param name="options">Limits and times.</param>
    /// <param name="random">Seeded; spreads the pauses before another Prepare.</param>
    public PartitionState(
        int partition,
        NodeId self,
        ulong process,
        ReplicaSnapshot recovered,
        IPartitionHost host,
        CoordinatorOptions options,
        Random random)
    {
        Partition = partition;
        Self = self;
        _process = process;
        _host = host;
        _options = options;
        _random = random;
        _replica = new ReplicaState(partition, self, recovered, host);
        _highestBallot = recovered.Promised;
    }

    public int Partition { get; }

    public NodeId Self { get; }

    /// <summary>The newest config known, or null before any.</summary>
    public PartitionConfig? Config => _replica.Config;

    /// <summary>The highest ballot promised or shown by a reject.</summary>
    public Ballot HighestBallot => _highestBallot;

    /// <summary>True while this node coordinates the partition.</summary>
    public bool IsHolder => _coordinator is { IsHolding: true };

    /// <summary>True while something may fall due in <see cref="Tick"/>. May be read from any thread; what it misses, the next look sees.</summary>
    public bool HasWork => _parked.Count > 0 || _coordinator is { HasRounds: true };

    /// <summary>The node that coordinates the partition as far as known, or none.</summary>
    public NodeId Holder => _highestBallot == _resigned ? NodeId.None : _highestBallot.Node;

    /// <summary>Takes a config that is newer than the one known, durably; ends the coordinator.</summary>
    public void Adopt(PartitionConfig config)
    {
        if (_replica.Adopt(config))
        {
            EndCoordinator();
        }
    }

    /// <summary>Takes an operation of a client, or one that another node forwarded.</summary>
    public void Submit(PendingOperation operation)
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
        }

        if (_parked.Count > 0 && now >= _parkedUntil)
        {
            RouteAgain(TakeParked());
        }
    }

    /// <summary>Sends what the operation waits for again: the same message, so that a lost one costs a delay and no more.</summary>
    public void Resend(PendingOperation operation) => _coordinator?.Resend(operation);

    /// <summary>Ends an operation whose time is up; does nothing when it ended already.</summary>
    public void Abandon(PendingOperation operation)
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

    internal void Complete(PendingOperation operation, OperationResult result)
    {
        operation.Stage = OperationStage.Done;
        operation.Round = null;
        _host.Complete(operation, result with { Holder = Holder });
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

    private List<PendingOperation> TakeParked()
    {
        var parked = new List<PendingOperation>(_parked);
        _parked.Clear();
        return parked;
    }

    private void RouteAgain(List<PendingOperation> operations)
    {
        foreach (var operation in operations)
        {
            Submit(operation);
        }
    }

    /// <summary>Decides where an operation goes while this node does not coordinate the partition.</summary>
    private void Route(PendingOperation operation)
    {
        if (operation.IsPurge || Config is null)
        {
            Complete(operation, OperationResult.NotApplied(NotAppliedReason.NotReady));
        }
        else if (operation.Hops > _options.MaxHops)
        {
            Complete(operation, OperationResult.NotApplied(NotAppliedReason.TooManyHops));
        }
        else if (ChooseCoordinator() is not { } node)
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
            _host.Forward(operation, node);
        }
    }

    private NodeId? ChooseCoordinator()
    {
        var holder = Holder;
        if (holder != NodeId.None && holder != Self && Config!.Contains(holder) && _host.IsAlive(holder))
        {
            return holder;
        }

        // A ballot of its own that it does not hold (it restarted, or gave it up), or a holder that is gone: a voter takes the next one.
        if (_replica.IsVoter && holder != NodeId.None)
        {
            return Self;
        }

        foreach (var node in Config!.Replicas)
        {
            if (node == Self ? _replica.IsVoter : _host.IsAlive(node))
            {
                return node;
            }
        }

        return _replica.IsVoter ? Self : null;
    }

    private void Prepare()
    {
        var round = Math.Max(_highestBallot.Round, _replica.Promised.Round) + 1;
        _coordinator = new CoordinatorState(this, _replica, _host, _options, new Ballot(round, Self));
        _highestBallot = _coordinator.Ballot;
        _coordinator.Prepare();
    }
}
