using AspireKv.Cluster.Status;
using AspireKv.Cluster.Topology;
using AspireKv.Transport.Client;
using AspireKv.Transport.Contracts;

namespace AspireKv.Gateway.Cluster;

/// <summary>One storage node as the gateway reaches it. All members may be used from any thread.</summary>
internal interface INodeLink
{
    NodeId Id { get; }

    string Name { get; }

    Liveness Liveness { get; }

    /// <inheritdoc cref="NodeChannel.ExecuteAsync"/>
    ValueTask<OperationReply> ExecuteAsync(OperationRequest request, CancellationToken cancellationToken);

    /// <summary>Asks the node for its status.</summary>
    /// <exception cref="NodeUnreachableException">No answer came.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    Task<NodeStatus> GetStatusAsync(CancellationToken cancellationToken);
}
