using AspireKv.Cluster.Messages;
using AspireKv.Cluster.Topology;

namespace AspireKv.Transport.Contracts;

/// <summary>
/// Takes the answers of one or more nodes. Called on the connection's read loop, in the order in which they came (a small one may overtake
/// a large one on its way), one call at a time for each node: a call that blocks holds up every later answer of that node, and its
/// heartbeats. An exception closes the connection.
/// </summary>
public interface IPeerResponseHandler
{
    void OnPeerResponse(NodeId from, PeerResponse response);

    /// <summary>The handshake succeeded; messages can be sent from now on.</summary>
    void OnConnected(NodeId node)
    {
    }

    /// <summary>
    /// The connection is gone; no answer to what was sent on it will come. Called once for each <see cref="OnConnected"/>.
    /// </summary>
    void OnDisconnected(NodeId node)
    {
    }

    /// <summary>All answers that had arrived together were handed over: the moment to flush work gathered from them.</summary>
    void OnBatchEnd(NodeId from)
    {
    }
}
