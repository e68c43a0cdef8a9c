using AspireKv.Access.Nodes;
using AspireKv.Cluster.Membership;
using AspireKv.Cluster.Operations;
using AspireKv.Cluster.Status;
using AspireKv.Cluster.Topology;
using AspireKv.Transport.Contracts;

namespace AspireKv.Access.Tests.Fakes;

/// <summary>A node that a test makes answer as it likes; counts what arrives.</summary>
internal sealed class FakeLink(NodeId id, string name) : INodeLink
{
    private readonly TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _told = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public NodeId Id => id;

    public string Name => name;

    public NodeLiveness Liveness { get; set; } = NodeLiveness.Alive;

    public bool IsDisposed { get; private set; }

    public List<OperationRequest> Arrivals { get; } = [];

    /// <summary>What the node answers; an applied change, where the test says nothing.</summary>
    public Func<OperationRequest, CancellationToken, Task<OperationReply>> Answer { get; set; } =
        static (_, _) => Task.FromResult(new OperationReply(Delivery.Answered, new OperationResult { Outcome = OperationOutcome.Applied }));

    /// <summary>What the node tells of the cluster, or null where it does not answer.</summary>
    public NodeStatus? Status { get; set; }

    public ValueTask<OperationReply> ExecuteAsync(OperationRequest request, CancellationToken cancellationToken)
    {
        Arrivals.Add(request);
        return new(Answer(request, cancellationToken));
    }

    /// <summary>Completes once the node was asked for what it knows.</summary>
    public Task Asked => _asked.Task;

    /// <summary>Completes once the node told what it knows.</summary>
    public Task Told => _told.Task;

    public Task<NodeStatus> GetStatusAsync(CancellationToken cancellationToken)
    {
        var told = Status;
        _asked.TrySetResult();
        if (told is not { } status)
        {
            throw new NodeUnreachableException("The fake node is down.");
        }

        _told.TrySetResult();
        return Task.FromResult(status);
    }

    /// <summary>The topology that the node goes by, where it is another one than the founding's.</summary>
    public ClusterTopology? Topology { get; set; }

    public long TopologyVersion => Topology?.Version ?? 1;

    public Task<TopologyResponse> GetTopologyAsync(long known, CancellationToken cancellationToken) =>
        Task.FromResult(new TopologyResponse(Topology is { } topology && topology.Version > known ? topology : null));

    /// <summary>What the node tells of its tombstones, or null where it does not answer.</summary>
    public TombstoneStatus? Tombstones { get; set; }

    public Task<TombstoneStatus> GetTombstonesAsync(CancellationToken cancellationToken) => Tombstones is { } tombstones
        ? Task.FromResult(tombstones)
        : throw new NodeUnreachableException("The fake node is down.");

    /// <summary>Nothing in this project plans, orders or asks for moves.</summary>
    public Task<PlanOutcome> PlanAsync(PlanRequest request, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<OrderResult> OrderAsync(TopologyOrder order, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<MovesResponse> GetMovesAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask DisposeAsync()
    {
        IsDisposed = true;
        return ValueTask.CompletedTask;
    }
}
