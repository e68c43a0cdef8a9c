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

    /// <inheritdoc cref="NodeChannel.GetStatusAsync"/>
    Task<NodeStatus> GetStatusAsync(CancellationToken cancellationToken);
}
