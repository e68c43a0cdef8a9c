using System.Diagnostics;
using AspireKv.Cluster.Coordination;
using AspireKv.Cluster.Coordination.Tasks;
using AspireKv.Cluster.Messages;
using AspireKv.Cluster.Partitions;
using AspireKv.Cluster.Replicas;
using AspireKv.Cluster.Status;
using AspireKv.Cluster.Topology;
using AspireKv.Storage.Failures;
using AspireKv.StorageNode.Identity;
using AspireKv.Transport.Contracts;

namespace AspireKv.StorageNode.Partitions;

/// <summary>
/// Runs the pure <see cref="PartitionState"/> of one partition in its <see cref="PartitionWorld"/>. One lock makes the partition
/// single-threaded; nothing under the lock waits for a disk or for a peer.
/// </summary>
internal sealed class PartitionHost : IOwnCoordinator, IPartitionCondition
{
    private readonly Lock _gate = new();
    private readonly LocalNode _self;
    private readonly PartitionWorld _world;
    private readonly DeferredRequests _deferred;
    private readonly PartitionState _state;
    private readonly ILogger _logger;

    public PartitionHost(
        int partition,
        LocalNode self,
        PartitionWorld world,
        DeferredRequests deferred,
        ReplicaSnapshot recovered,
        ProtocolOptions options,
        long firstRound,
        ILogger logger)
    {
        (_self, _world, _deferred, _logger) = (self, world, deferred, logger);
        world.Own = this;
        deferred.OnBegun = OnBegun;
        deferred.OnRead = OnRead;
        _state = new PartitionState(
            partition,
            self.Id,
            self.Member.Incarnation,
            self.Process,
            recovered,
            world,
            options,
            new Random(HashCode.Combine(self.Process, partition)))
        {
            FirstRound = firstRound,
        };
    }

    /// <summary>The partition, from 0.</summary>
    public int Partition => _state.Partition;

    /// <inheritdoc cref="Upkeep.AwaitsRebuild"/>
    public bool AwaitsRebuild => _state.Upkeep.AwaitsRebuild;

    /// <inheritdoc cref="PartitionState.HoldsBallot"/>
    public bool HoldsBallot => Ask(static state => state.HoldsBallot);

    /// <inheritdoc cref="Upkeep.HasLiveQuorum"/>
    public bool HasLiveQuorum => Ask(static state => state.Upkeep.HasLiveQuorum);

    /// <summary>True once this node coordinates the partition no more; where the engine failed, it does nothing more anyway.</summary>
    public bool HasStoodDown => _world.HasFailed || Ask(static state => state.HasStoodDown);

    /// <inheritdoc/>
    public bool HasWork => _state.Upkeep.HasWork;

    /// <inheritdoc/>
    public int? PlaceInLine
    {
        get
        {
            lock (_gate)
            {
                return _world.HasFailed ? null : _state.Upkeep.PlaceInLine;
            }
        }
    }

    /// <inheritdoc/>
    public bool IsRebuilding => _state.Upkeep.IsRebuilding;

    /// <inheritdoc/>
    public bool HasLearnerToRebuild => !_world.HasFailed && Ask(static state => state.Upkeep.HasLearnerToRebuild);

    /// <inheritdoc/>
    public bool IsSweeping => _state.Upkeep.IsSweeping;

    /// <inheritdoc/>
    public bool HasMoveToSweep => !_world.HasFailed && Ask(static state => state.Upkeep.HasMoveToSweep);

    /// <inheritdoc/>
    public bool IsComparing => _state.Upkeep.IsComparing;

    /// <inheritdoc/>
    public bool MayCompare => !_world.HasFailed && Ask(static state => state.Upkeep.MayCompare);

    /// <inheritdoc/>
    public bool HasDoubts => !_world.HasFailed && Ask(static state => state.Upkeep.HasDoubts);

    /// <inheritdoc/>
    public bool MayPurge => !_world.HasFailed && Ask(static state => state.Upkeep.MayPurge);

    /// <inheritdoc/>
    public bool MayHandBack => !_world.HasFailed && Ask(static state => state.Upkeep.MayHandBack);

    /// <inheritdoc/>
    public bool MayHandOn => !_world.HasFailed && Ask(static state => state.Upkeep.MayHandOn);

    /// <inheritdoc cref="Upkeep.IsAway"/>
    public bool IsAway => !_world.HasFailed && Ask(static state => state.Upkeep.IsAway);

    /// <summary>
    /// For how long nobody knows, as coordinator, that all replicas are alike: since the last comparison that found so, or since this node
    /// took the ballot. Null while this node does not coordinate the partition.
    /// </summary>
    public TimeSpan? Uncompared
    {
        get
        {
            lock (_gate)
            {
                return _state.Upkeep.UncomparedSince is { } since ? _world.Now - since : null;
            }
        }
    }

    /// <inheritdoc cref="Upkeep.PurgeHolds"/>
    public IReadOnlyList<PurgeHold> PurgeHolds => _world.HasFailed ? [] : Ask(static state => state.Upkeep.PurgeHolds);

    /// <inheritdoc cref="Upkeep.Move"/>
    public MoveProgress? Move => _world.HasFailed ? null : Ask(static state => state.Upkeep.Move);

    /// <inheritdoc cref="PartitionState.Learn"/>
    public void Learn(PartitionConfig config)
    {
        lock (_gate)
        {
            TryRun(default, static (state, config) => state.Learn(config), config);
        }
    }

    public void Submit(PendingTask task)
    {
        var handling = new Handling(Trace: PartitionWorld.TraceOf(task));
        lock (_gate)
        {
            if (!TryRun(handling, static (state, task) => state.Submit(task), task))
            {
                task.EndWithoutStorage();
            }
        }
    }

    public void OnRequest(IPeerConnection from, PeerRequest request, ActivityContext trace)
    {
        lock (_gate)
        {
            if (TryRun(
                new Handling(from, trace),
                static (state, message) => state.OnRequest(message.From, message.Request),
                (From: from.Identity.Node, Request: request)))
            {
                return;
            }
        }

        from.Send(PeerResponse.Unanswered(request));
    }

    public void OnResponse(NodeId from, PeerResponse response)
    {
        lock (_gate)
        {
            TryRun(
                default,
                static (state, message) => state.OnResponse(message.From, message.Response),
                (From: from, Response: response));
        }
    }

    public void OnOwnResponse(PeerResponse response) => OnResponse(_self.Id, response);

    public bool Awaits(RequestId id)
    {
        lock (_gate)
        {
            return _state.Awaits(id);
        }
    }

    public void Tick()
    {
        lock (_gate)
        {
            TryRun(default, static (state, now) => state.Tick(now), _world.Now);
        }
    }

    /// <inheritdoc cref="Upkeep.TakeOver"/>
    public void TakeOver() => Run(static state => state.Upkeep.TakeOver());

    /// <inheritdoc cref="Upkeep.StartRebuild"/>
    public void StartRebuild() => Run(static state => state.Upkeep.StartRebuild());

    /// <inheritdoc cref="Upkeep.StartSweep"/>
    public void StartSweep() => Run(static state => state.Upkeep.StartSweep());

    /// <inheritdoc cref="Upkeep.StartComparison"/>
    public void StartComparison() => Run(static state => state.Upkeep.StartComparison());

    /// <inheritdoc cref="PartitionState.HandOver"/>
    public void HandOver() => Run(static state => state.HandOver());

    public void Resend(PendingTask task)
    {
        lock (_gate)
        {
            TryRun(default, static (state, task) => state.Resend(task), task);
        }
    }

    public void Abandon(PendingTask task)
    {
        lock (_gate)
        {
            if (!TryRun(default, static (state, task) => state.Abandon(task), task))
            {
                task.EndWithoutStorage();
            }
        }
    }

    public PartitionStatus GetStatus()
    {
        lock (_gate)
        {
            return new PartitionStatus(_state.Partition, _state.HighestBallot, _state.HoldsBallot, _state.Config)
            {
                IsLearner = _state.IsLearner,
            };
        }
    }

    /// <inheritdoc cref="PartitionState.StandDown"/>
    public void StandDown() => Run(static state => state.StandDown());

    private void OnBegun(DeferredRead read)
    {
        lock (_gate)
        {
            _deferred.Begin(read);
        }
    }

    /// <summary>
    /// Takes the step of each request that waited for the read, the lock let go between them. A request that lacks something still, since a
    /// checkpoint came between, is put off once more.
    /// </summary>
    private void OnRead(DeferredRead what, DiskRead? read)
    {
        List<DeferredRequest> waiting;
        lock (_gate)
        {
            waiting = _deferred.Take(what);
        }

        foreach (var deferred in waiting)
        {
            try
            {
                if (read is null || (deferred.Asking is { } asking && !_world.Takes(asking)) || !TryGoOn(deferred, read))
                {
                    LeaveUnanswered(deferred);
                }
            }
            catch (Exception exception)
            {
                Log.DeferredFailed(_logger, _state.Partition, exception);

                // Nobody asks twice over a connection that is up.
                deferred.Asking?.Abort(exception);
            }
        }
    }

    private bool TryGoOn(DeferredRequest deferred, DiskRead read)
    {
        lock (_gate)
        {
            return TryRun(
                new Handling(deferred.Asking, deferred.Trace, read),
                static (state, deferred) => state.OnDeferred(deferred.From, deferred.Request),
                deferred);
        }
    }

    private void LeaveUnanswered(DeferredRequest deferred)
    {
        var unanswered = PeerResponse.Unanswered(deferred.Request);
        if (deferred.Asking is { } asking)
        {
            asking.Send(unanswered);
        }
        else
        {
            OnOwnResponse(unanswered);
        }
    }

    private void Run(Action<PartitionState> step)
    {
        lock (_gate)
        {
            TryRun(default, static (state, step) => step(state), step);
        }
    }

    private T Ask<T>(Func<PartitionState, T> question)
    {
        lock (_gate)
        {
            return question(_state);
        }
    }

    /// <summary>Runs one step of the partition. A node whose engine failed takes no further step.</summary>
    private bool TryRun<T>(in Handling handling, Action<PartitionState, T> step, T argument)
    {
        if (_world.HasFailed)
        {
            return false;
        }

        var heldBallot = _state.HoldsBallot;
        _world.Handling = handling;
        try
        {
            step(_state, argument);
            if (_state.HoldsBallot != heldBallot)
            {
                LogHolder();
            }

            return true;
        }
        catch (Exception exception) when (exception is StorageUnavailableException or StorageDamagedException)
        {
            // The engine said so in the log, and stays failed where it must.
            return false;
        }
        finally
        {
            _world.Handling = default;
        }
    }

    private void LogHolder()
    {
        if (_state.HoldsBallot)
        {
            Log.BallotTaken(_logger, _state.Partition, _state.HighestBallot.Round);
        }
        else
        {
            Log.BallotLost(_logger, _state.Partition, _state.HighestBallot.Round, _state.HighestBallot.Node.Value);
        }
    }
}
