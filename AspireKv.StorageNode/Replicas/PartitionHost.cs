using System.Diagnostics;
using AspireKv.Cluster.Coordination;
using AspireKv.Cluster.Coordination.Tasks;
using AspireKv.Cluster.Keys;
using AspireKv.Cluster.Messages;
using AspireKv.Cluster.Operations;
using AspireKv.Cluster.Partitions;
using AspireKv.Cluster.Replicas;
using AspireKv.Cluster.Status;
using AspireKv.Cluster.Topology;
using AspireKv.Cluster.Versioning;
using AspireKv.Storage.Failures;
using AspireKv.StorageNode.Coordination;
using AspireKv.Transport.Contracts;

namespace AspireKv.StorageNode.Replicas;

/// <summary>
/// Runs the pure <see cref="PartitionState"/> of one partition over the storage engine and the streams to the peers. One lock makes it single-threaded;
/// nothing under the lock waits for a disk sync or for a peer.
/// </summary>
internal sealed class PartitionHost : IPartitionHost
{
    private readonly Lock _lock = new();
    private readonly NodeContext _node;
    private readonly PartitionState _state;

    /// <summary>Whose request is being handled; valid only while one is, under the lock.</summary>
    private IPeerConnection? _asking;

    /// <summary>The span of what is being handled; valid only meanwhile, under the lock.</summary>
    private ActivityContext _trace;

    /// <summary>It is sent again and again; once in a log is enough. Under the lock.</summary>
    private bool _saidOverABound;

    public PartitionHost(int partition, NodeContext node, ReplicaSnapshot recovered)
    {
        _node = node;
        _state = new PartitionState(
            partition, node.Self, node.Incarnation, node.Process, recovered, this, node.CoordinatorOptions, new Random(HashCode.Combine(node.Process, partition)));
    }

    /// <summary>The partition, from 0.</summary>
    public int Partition => _state.Partition;

    TimeSpan ICoordinatorHost.Now => _node.Time.GetElapsedTime(0);

    long ICoordinatorHost.UnixMilliseconds => _node.Time.GetUtcNow().ToUnixTimeMilliseconds();

    NotAppliedReason IReplicaHost.CheckRoom(Entry entry) => _node.Engine.CheckRoom(entry);

    /// <param name="config">The config that the cluster was founded with.</param>
    /// <param name="hasMemory">False when the node's directory is not the one that it was founded with.</param>
    public void Adopt(PartitionConfig config, bool hasMemory)
    {
        lock (_lock)
        {
            if (hasMemory)
            {
                _state.Adopt(config);
            }
            else
            {
                _state.AdoptWithoutMemory(config);
            }
        }
    }

    /// <summary>True while this replica lacks its memory.</summary>
    public bool IsLearner
    {
        get
        {
            lock (_lock)
            {
                return _state.IsLearner && _state.Config?.Contains(_node.Self) == true;
            }
        }
    }

    /// <summary>Begins to rebuild a learner when this node coordinates the partition and there is one. True while one is being rebuilt.</summary>
    public bool StartRebuild()
    {
        lock (_lock)
        {
            var isRebuilding = false;
            TryRun(static (state, result) => result(state.StartRebuild()), (Action<bool>)(result => isRebuilding = result));
            return isRebuilding;
        }
    }

    public void Submit(PendingTask task)
    {
        lock (_lock)
        {
            _trace = TraceOf(task);
            if (!TryRun(static (state, task) => state.Submit(task), task))
            {
                EndWithoutStorage(task);
            }

            _trace = default;
        }
    }

    public void OnRequest(IPeerConnection from, PeerRequest request, ActivityContext trace)
    {
        lock (_lock)
        {
            _asking = from;
            _trace = trace;
            TryRun(static (state, message) => state.OnRequest(message.From, message.Request), (From: from.Identity.Node, Request: request));
            _asking = null;
            _trace = default;
        }
    }

    public void OnResponse(NodeId from, PeerResponse response)
    {
        lock (_lock)
        {
            TryRun(static (state, message) => state.OnResponse(message.From, message.Response), (From: from, Response: response));
        }
    }

    public void OnOwnResponse(PeerResponse response) => OnResponse(_node.Self, response);

    public void Tick()
    {
        if (!_state.HasWork)
        {
            return;
        }

        lock (_lock)
        {
            TryRun(static (state, now) => state.Tick(now), ((ICoordinatorHost)this).Now);
        }
    }

    public void Resend(PendingTask task)
    {
        lock (_lock)
        {
            TryRun(static (state, task) => state.Resend(task), task);
        }
    }

    public void Abandon(PendingTask task)
    {
        lock (_lock)
        {
            if (!TryRun(static (state, task) => state.Abandon(task), task))
            {
                EndWithoutStorage(task);
            }
        }
    }

    public PartitionStatus GetStatus()
    {
        lock (_lock)
        {
            return new PartitionStatus(_state.Partition, _state.HighestBallot, _state.IsHolder, _state.Config) { IsLearner = _state.IsLearner };
        }
    }

    /// <summary>True when this node holds no replica, or reaches a quorum of the replicas, itself included, that have their memory as far as it knows.</summary>
    public bool HasLiveQuorum()
    {
        lock (_lock)
        {
            return _state.Config is not { } config
                || !config.Contains(_node.Self)
                || config.Quorum.IsMet(config.Quorum.SetOf(node => node == _node.Self
                    ? !_state.IsLearner
                    : _node.Liveness.IsAlive(node) && !_state.Learners.ContainsKey(node)));
        }
    }

    /// <summary>True when this node coordinates the partition and everybody who holds it answers: only then can tombstones go.</summary>
    public bool CanPurge()
    {
        lock (_lock)
        {
            return _state.IsHolder && _state.Config!.Voters.All(node => node == _node.Self || _node.Liveness.IsAlive(node));
        }
    }

    long IReplicaHost.Place(ReplicaRecord record) => _node.Engine.Append(record);

    Entry? IReplicaHost.Find(StoreKey key) => _node.Engine.Find(_state.Partition, key);

    KeyPage IReplicaHost.ListKeys(StoreKey after, int max) => _node.Engine.ListKeys(_state.Partition, after, max);

    void ICoordinatorHost.Send(NodeId to, PeerRequest request, PendingTask? cause)
    {
        try
        {
            _node.Links.TrySend(to, request, TraceOf(cause));
        }
        catch (ArgumentException exception)
        {
            // A value that was stored under a bound that was lowered since: as good as lost on the way.
            if (!_saidOverABound)
            {
                _saidOverABound = true;
                Log.MessageOverABound(_node.Logger, _state.Partition, exception.Message);
            }
        }
    }

    void IReplicaHost.Answer(NodeId to, PeerResponse response, long afterPosition)
    {
        if (to != _node.Self && _node.DurableAnswers.IsDurable(afterPosition))
        {
            _asking!.Send(response);
            return;
        }

        var wait = _trace == default
            ? null
            : NodeTracing.Source.CreateActivity("wal sync", ActivityKind.Internal, _trace)?.SetTag("aspirekv.node", _node.Self.Value).Start();
        if (wait is not null)
        {
            // The span belongs to the held answer, not to the thread that happens to run here.
            Activity.Current = wait.Parent;
        }

        _node.DurableAnswers.Deliver(new HeldAnswer(afterPosition, response, to == _node.Self ? null : _asking, this, wait));
    }

    bool IPartitionHost.IsAlive(NodeId node) => _node.Liveness.IsAlive(node);

    /// <summary>
    /// Runs one step of the partition. A node whose log failed takes no further step: it must not promise or accept what it cannot keep.
    /// </summary>
    private bool TryRun<T>(Action<PartitionState, T> step, T argument)
    {
        if (_node.Engine.Failure is not null)
        {
            return false;
        }

        var wasHolder = _state.IsHolder;
        try
        {
            step(_state, argument);
            if (_state.IsHolder != wasHolder)
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
    }

    private void LogHolder()
    {
        if (_state.IsHolder)
        {
            Log.BallotTaken(_node.Logger, _state.Partition, _state.HighestBallot.Round);
        }
        else
        {
            Log.BallotLost(_node.Logger, _state.Partition, _state.HighestBallot.Round, _state.HighestBallot.Node.Value);
        }
    }

    private static void EndWithoutStorage(PendingTask task)
    {
        if (task is PendingOperation { IsDone: false, Owner: { } owner } operation)
        {
            owner.OnEnded(
                operation,
                operation.MayHaveBeenApplied ? OperationResult.Unknown : OperationResult.NotApplied(NotAppliedReason.StorageUnavailable));
        }
    }

    private static ActivityContext TraceOf(PendingTask? task) =>
        ((task as PendingOperation)?.Owner as PendingRequest)?.Activity?.Context ?? default;
}
