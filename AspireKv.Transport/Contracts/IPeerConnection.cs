using AspireKv.Cluster.Messages;
using AspireKv.Cluster.Operations;

namespace AspireKv.Transport.Contracts;

/// <summary>
/// The answering end of a stream that a peer opened. All methods may be called from any thread, at any time, and never block: answers are
/// gathered and sent in batches; answers to a connection that is gone are dropped, and a peer that does not read its answers loses its
/// connection.
/// </summary>
public interface IPeerConnection
{
    PeerIdentity Identity { get; }

    bool IsConnected { get; }

    void Send(PeerResponse response);

    void SendOperationResult(long correlation, OperationResult result);
}
