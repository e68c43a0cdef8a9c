using AspireKv.Cluster.Messages;

namespace AspireKv.Transport.Contracts;

/// <summary>
/// The answering end of a stream that a peer opened. All methods may be called from any thread, at any time, and never block: answers are
/// gathered and sent in batches; answers to a connection that is gone are dropped, and a peer that does not read its answers loses its
/// connection. Peers send nothing twice over a connection that is up: whatever keeps an answer from being given says so or ends it.
/// </summary>
public interface IPeerConnection : IOperationAsker
{
    PeerIdentity Identity { get; }

    bool IsConnected { get; }

    /// <summary>
    /// Answers a peer request; where an answer that brings an entry finds no room, the peer is told that it gets none.
    /// </summary>
    void Send(PeerResponse response);

    /// <summary>Ends the connection: for an answer that is owed and cannot be given.</summary>
    /// <param name="cause">What is wrong, for the log; null where that is said elsewhere.</param>
    void Abort(Exception? cause);
}
