using System.Diagnostics;
using AspireKv.Cluster.Messages;
using AspireKv.Cluster.Topology;
using AspireKv.Transport.Contracts;

namespace AspireKv.StorageNode.Peers;

/// <summary>The other members as this node reaches them. All methods may be called from any thread, and none waits for a peer.</summary>
internal interface IPeers
{
    /// <summary>True unless the peer counts as dead; false for a node that is no peer.</summary>
    bool IsAlive(NodeId node);

    /// <summary>Sends if there is a connection; a message that cannot be sent is lost, as any may be.</summary>
    /// <exception cref="ArgumentException">The message is over a bound of the stream.</exception>
    void TrySend(NodeId to, PeerRequest request, ActivityContext trace);

    /// <summary>Hands the operation over, once; the reply says whether it left.</summary>
    /// <exception cref="ArgumentException">The operation is over a bound of the stream; nothing was sent.</exception>
    ValueTask<OperationReply> ExecuteAsync(NodeId to, OperationRequest request);
}
