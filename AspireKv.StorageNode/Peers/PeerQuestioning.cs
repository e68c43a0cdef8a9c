using AspireKv.Cluster.Topology;
using AspireKv.Transport.Contracts;
using AspireKv.Transport.Questions;

namespace AspireKv.StorageNode.Peers;

/// <summary>Asks another member for whoever goes on without an answer.</summary>
internal static class PeerQuestioning
{
    /// <summary>Asks the node, and waits for so long at most.</summary>
    /// <returns>Which process answered, and what; null when no answer came.</returns>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static async Task<(PeerIdentity From, TAnswer Answer)?> TryAskAsync<TAsk, TAnswer>(
        this IPeerQuestions peers,
        NodeId node,
        Question<TAsk, TAnswer> question,
        TAsk ask,
        TimeSpan patience,
        TimeProvider time,
        CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        try
        {
            return await peers.AskAsync(node, question, ask, either.Token);
        }
        catch (Exception exception) when (exception is NodeUnreachableException or OperationCanceledException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return null;
        }
    }
}
