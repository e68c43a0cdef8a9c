using System.Diagnostics;
using AspireKv.Cluster.Messages;

namespace AspireKv.Transport.Contracts;

/// <summary>
/// Takes what peers ask. Called on the connection's read loop, in the order in which it came (a small message may overtake a large one on
/// its way), one call at a time for each connection and concurrently for different ones: a call that blocks holds up everything behind it
/// on that connection. An exception closes the connection.
/// </summary>
public interface IPeerRequestHandler
{
    /// <param name="from">A node; the transport refuses peer requests of gateways.</param>
    /// <param name="request">The message.</param>
    /// <param name="trace">The span of the operation that caused the message, or default when it is not sampled.</param>
    void OnPeerRequest(IPeerConnection from, PeerRequest request, ActivityContext trace);

    /// <summary>To be answered once with <see cref="IOperationAsker.SendOperationResult"/>.</summary>
    void OnOperation(IPeerConnection from, long correlation, OperationRequest request);

    /// <summary>All messages that had arrived together were handed over: the moment to flush work gathered from them.</summary>
    void OnBatchEnd(IPeerConnection from)
    {
    }

    void OnConnected(IPeerConnection connection)
    {
    }

    /// <summary>
    /// The connection is gone; what is sent to it from now on is dropped. Called once for each <see cref="OnConnected"/>.
    /// </summary>
    void OnDisconnected(IPeerConnection connection)
    {
    }
}
