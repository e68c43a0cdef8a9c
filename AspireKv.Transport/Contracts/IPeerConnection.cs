using AspireKv.Cluster.Messages;
using AspireKv.Cluster.Operations;

namespace AspireKv.Transport.Contracts;

/// <summary>
/// The answering end of a stream that a peer opened. All methods may be called from any thread, at any time, and never block: answers are
/// gathered and sent in batches; answers to a connection that is gone are dropped, and a peer that does not read its answers loses its
/// connection. Peers send nothing twice over a connection that is up: whatever keeps an answer from being given says so or ends it.
/// </summary>
public interface IPeerConnection
{
    PeerIdentity Identity { get; }

    bool IsConnected { get; }

    /// <summary>
    /// Answers a peer request; where an answer that brings an entry finds no room, the peer is told that it gets none.
    /// </summary>
    void Send(PeerResponse response);

    /// <summary>
    /// Answers an operation; where an answer that brings an entry finds no room, or would arrive when nobody waits for it any more, the
    /// asker is told that its operation was refused as overloaded.
    /// </summary>
    /// <param name="correlation">The number under which the operation came.</param>
    /// <param name="result">How it ended. Only a read that found something brings an entry.</param>
    /// <param name="within">How long the asker still waits; null where that does not matter, since the answer brings no entry.</param>
    void SendOperationResult(long correlation, OperationResult result, TimeSpan? within = null);

    /// <summary>Ends the connection: for an answer that is owed and cannot be given.</summary>
    /// <param name="cause">What is wrong, for the log; null where that is said elsewhere.</param>
    void Abort(Exception? cause);
}
