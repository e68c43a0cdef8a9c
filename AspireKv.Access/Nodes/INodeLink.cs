using AspireKv.Cluster.Membership;
using AspireKv.Cluster.Status;
using AspireKv.Cluster.Topology;
using AspireKv.Transport.Client;
using AspireKv.Transport.Contracts;

namespace AspireKv.Access.Nodes;

/// <summary>One storage node as this process reaches it. All members may be used from any thread.</summary>
public interface INodeLink : IAsyncDisposable
{
    NodeId Id { get; }

    /// <summary>The name under which service discovery finds the node.</summary>
    string Name { get; }

    /// <summary>Whether the node answers this process.</summary>
    NodeLiveness Liveness { get; }

    /// <inheritdoc cref="NodeChannel.TopologyVersion"/>
    long TopologyVersion { get; }

    /// <inheritdoc cref="NodeChannel.ExecuteAsync"/>
    ValueTask<OperationReply> ExecuteAsync(OperationRequest request, CancellationToken cancellationToken);

    /// <summary>Asks the node for its status.</summary>
    /// <exception cref="NodeUnreachableException">No answer came.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    Task<NodeStatus> GetStatusAsync(CancellationToken cancellationToken);

    /// <summary>Asks the node for the topology that it goes by, if that is newer than the version that is known here.</summary>
    /// <exception cref="NodeUnreachableException">No answer came.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    Task<TopologyResponse> GetTopologyAsync(long known, CancellationToken cancellationToken);

    /// <summary>Asks the node for its tombstones, and what holds them back.</summary>
    /// <exception cref="NodeUnreachableException">No answer came.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    Task<TombstoneStatus> GetTombstonesAsync(CancellationToken cancellationToken);

    /// <summary>Asks the node what wishes for the topology come to.</summary>
    /// <exception cref="NodeUnreachableException">No answer came.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    Task<PlanOutcome> PlanAsync(PlanRequest request, CancellationToken cancellationToken);

    /// <summary>Asks the node to have the topology changed. Where no answer came it may have been changed, or may yet be.</summary>
    /// <exception cref="NodeUnreachableException">No answer came.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    Task<OrderResult> OrderAsync(TopologyOrder order, CancellationToken cancellationToken);

    /// <summary>Asks the node how far the moves are that it coordinates.</summary>
    /// <exception cref="NodeUnreachableException">No answer came.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    Task<MovesResponse> GetMovesAsync(CancellationToken cancellationToken);
}
