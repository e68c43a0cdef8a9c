using AspireKv.Cluster.Operations;

namespace AspireKv.Transport.Contracts;

/// <summary>Whoever gave a node an operation and is owed its result. May be called from any thread, and never blocks.</summary>
public interface IOperationAsker
{
    /// <summary>
    /// Answers an operation; where an answer that brings an entry finds no room, or would arrive when nobody waits for it any more, the
    /// asker is told that its operation was refused as overloaded.
    /// </summary>
    /// <param name="correlation">The number under which the operation came.</param>
    /// <param name="result">How it ended. Only a read that found something brings an entry.</param>
    /// <param name="within">How long the asker still waits; null where that does not matter, since the answer brings no entry.</param>
    void SendOperationResult(long correlation, OperationResult result, TimeSpan? within = null);
}
