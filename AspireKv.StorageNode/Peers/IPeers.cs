using System.Diagnostics;
using AspireKv.Cluster.Messages;
using AspireKv.Cluster.Topology;
using AspireKv.Transport.Client;
using AspireKv.Transport.Contracts;

namespace AspireKv.StorageNode.Peers;

/// <summary>The other members as this node reaches them. All methods may be called from any thread, and none waits for a peer.</summary>
internal interface IPeers
{
    /// <summary>True unless the peer counts as dead; false for a node that is no peer.</summary>
    bool IsAlive(NodeId node);

    /// <summary>True while the peer answers without a pause that would make it suspect: what is sent to it arrives.</summary>
    bool IsReached(NodeId node);

    /// <summary>True when the peer counts as dead, and one that does not says that it reaches it.</summary>
    bool IsCutOff(NodeId node);

    /// <summary>True when the node, be it this one, says that its disk is slow or full.</summary>
    bool IsHandicapped(NodeId node);

    /// <inheritdoc cref="NodeChannel.LastHeard"/>
    long? LastHeard(NodeId node);

    /// <summary>The process that the stream to the node leads to, or led to last; null before the first handshake.</summary>
    ulong? ProcessOf(NodeId node);

    /// <summary>The number of the connection to the node that is up, another one for each; 0 while none is.</summary>
    long LinkTo(NodeId node);

    /// <inheritdoc cref="NodeChannel.TimeToSend"/>
    TimeSpan TimeToSend(NodeId to, int valueBytes);

    /// <summary>Sends if there is a connection; a message that cannot be sent is lost, as any may be.</summary>
    /// <returns>The number of the connection that took the message; 0 when it is lost already.</returns>
    long TrySend(NodeId to, PeerRequest request, ActivityContext trace);

    /// <summary>
    /// Hands the operation over, once; the reply says whether it left. To a node that is cut off it goes through one that reaches it.
    /// </summary>
    ValueTask<OperationReply> ExecuteAsync(NodeId to, OperationRequest request);
}
