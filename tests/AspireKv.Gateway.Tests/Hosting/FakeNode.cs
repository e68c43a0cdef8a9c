using System.Collections.Concurrent;
using AspireKv.Access.Nodes;
using AspireKv.Cluster.Keys;
using AspireKv.Cluster.Membership;
using AspireKv.Cluster.Operations;
using AspireKv.Cluster.Status;
using AspireKv.Cluster.Topology;
using AspireKv.Cluster.Versioning;
using AspireKv.Transport.Contracts;

namespace AspireKv.Gateway.Tests.Hosting;

/// <summary>What all fake nodes of a test store: one register a key, with conditions as the coordinator checks them.</summary>
internal sealed class FakeStore
{
    private readonly Lock _gate = new();
    private readonly Dictionary<StoreKey, Entry> _entries = [];
    private long _sequence;

    public IReadOnlyCollection<StoreKey> Keys
    {
        get
        {
            lock (_gate)
            {
                return [.. _entries.Keys];
            }
        }
    }

    public void Clear()
    {
        lock (_gate)
        {
            _entries.Clear();
        }
    }

    public OperationResult Execute(ClientOperation operation, NodeId holder)
    {
        lock (_gate)
        {
            _entries.TryGetValue(operation.Key, out var entry);
            if (operation.Kind == OperationKind.Get)
            {
                return entry is null
                    ? new() { Outcome = OperationOutcome.NotFound, Holder = holder }
                    : new() { Outcome = OperationOutcome.Found, Entry = entry, Holder = holder };
            }

            if (!Holds(operation, entry))
            {
                return new() { Outcome = OperationOutcome.ConditionFailed, Holder = holder };
            }

            var stamp = new Stamp(new Ballot(7, new NodeId(2)), ++_sequence);
            if (operation.Kind == OperationKind.Delete)
            {
                _entries.Remove(operation.Key);
            }
            else
            {
                _entries[operation.Key] = new Entry
                {
                    Stamp = stamp,
                    Revision = stamp,
                    Value = operation.Value,
                    ContentType = operation.ContentType,
                };
            }

            return new() { Outcome = OperationOutcome.Applied, Revision = stamp, Holder = holder };
        }
    }

    private static bool Holds(ClientOperation operation, Entry? entry) => operation.Condition switch
    {
        ConditionKind.RevisionIsOneOf => entry is not null && operation.Revisions.Contains(entry.Revision),
        ConditionKind.RevisionIsNoneOf => entry is null || !operation.Revisions.Contains(entry.Revision),
        ConditionKind.Exists => entry is not null,
        ConditionKind.DoesNotExist => entry is null,
        _ => true,
    };
}

/// <summary>A node that a test makes behave as it likes; counts what arrives.</summary>
internal sealed class FakeNode(NodeId id, FakeStore store, Func<NodeStatus> status) : INodeLink
{
    public NodeId Id => id;

    public string Name => $"node{id}";

    /// <summary>
    /// A test that changes this has a gateway of its own: the proxy hears of it a moment later, and would hear of it in the next test.
    /// </summary>
    public NodeLiveness Liveness { get; set; } = NodeLiveness.Alive;

    public ConcurrentQueue<OperationRequest> Arrivals { get; } = [];

    /// <summary>True while no operation, plan or order arrived.</summary>
    public bool IsUnasked => Arrivals.IsEmpty && Plans.IsEmpty && Orders.IsEmpty;

    /// <summary>Answers instead of the store where it returns something.</summary>
    public Func<OperationRequest, OperationReply?>? Behaviour { get; set; }

    /// <summary>Before the node answers, it waits for this.</summary>
    public Task? Hold { get; set; }

    /// <summary>Whom the node names as coordinator.</summary>
    public NodeId Holder { get; set; }

    public void Reset()
    {
        Arrivals.Clear();
        Plans.Clear();
        Orders.Clear();
        Behaviour = null;
        Hold = null;
        Planning = NothingPlanned;
        Ordering = NothingOrdered;
    }

    public async ValueTask<OperationReply> ExecuteAsync(OperationRequest request, CancellationToken cancellationToken)
    {
        await Task.Yield();
        Arrivals.Enqueue(request);
        await WaitAsync(cancellationToken);
        return Behaviour?.Invoke(request) ?? new OperationReply(Delivery.Answered, store.Execute(request.Operation, Holder));
    }

    public Task<NodeStatus> GetStatusAsync(CancellationToken cancellationToken) =>
        Liveness == NodeLiveness.Alive ? Task.FromResult(status()) : throw new NodeUnreachableException("The fake node is down.");

    /// <summary>The topology that the node goes by, where it is another one than the founding's.</summary>
    public ClusterTopology? Topology { get; set; }

    public long TopologyVersion => Topology?.Version ?? 1;

    public Task<TopologyResponse> GetTopologyAsync(long known, CancellationToken cancellationToken) =>
        Task.FromResult(new TopologyResponse(Topology is { } topology && topology.Version > known ? topology : null));

    /// <summary>What the node tells of the tombstones in its partitions.</summary>
    public TombstoneStatus Tombstones { get; set; } = new(Partitions: 0, Tombstones: 0, Held: 0, []);

    public Task<TombstoneStatus> GetTombstonesAsync(CancellationToken cancellationToken) =>
        Liveness == NodeLiveness.Alive ? Task.FromResult(Tombstones) : throw new NodeUnreachableException("The fake node is down.");

    public ConcurrentQueue<PlanRequest> Plans { get; } = [];

    /// <summary>What the node makes of wishes.</summary>
    public Func<PlanRequest, PlanOutcome> Planning { get; set; } = NothingPlanned;

    public async Task<PlanOutcome> PlanAsync(PlanRequest request, CancellationToken cancellationToken)
    {
        Plans.Enqueue(request);
        await WaitAsync(cancellationToken);
        return Planning(request);
    }

    public ConcurrentQueue<TopologyOrder> Orders { get; } = [];

    /// <summary>What the node makes of orders.</summary>
    public Func<TopologyOrder, OrderResult> Ordering { get; set; } = NothingOrdered;

    public async Task<OrderResult> OrderAsync(TopologyOrder order, CancellationToken cancellationToken)
    {
        Orders.Enqueue(order);
        await WaitAsync(cancellationToken);
        return Ordering(order);
    }

    /// <summary>The moves that the node coordinates.</summary>
    public IReadOnlyList<MoveStatus> Moves { get; set; } = [];

    public Task<MovesResponse> GetMovesAsync(CancellationToken cancellationToken) => Liveness == NodeLiveness.Alive
        ? Task.FromResult(new MovesResponse(Moves))
        : throw new NodeUnreachableException("The fake node is down.");

    private Task WaitAsync(CancellationToken cancellationToken) => Hold?.WaitAsync(cancellationToken) ?? Task.CompletedTask;

    private static PlanOutcome NothingPlanned(PlanRequest request) => throw new NodeUnreachableException("Nothing is planned here.");

    private static OrderResult NothingOrdered(TopologyOrder order) => throw new NodeUnreachableException("Nobody takes orders.");

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
