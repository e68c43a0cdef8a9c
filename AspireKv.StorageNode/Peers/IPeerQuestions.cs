using AspireKv.Cluster.Topology;
using AspireKv.Transport.Contracts;
using AspireKv.Transport.Questions;

namespace AspireKv.StorageNode.Peers;

/// <summary>Asks other members what is no message of a partition.</summary>
internal interface IPeerQuestions
{
    /// <summary>Asks the node, for as long as its stream is up.</summary>
    /// <returns>Which process answered, and what; null when there is no stream to the node now.</returns>
    /// <exception cref="NodeUnreachableException">The stream ended before the answer came.</exception>
    /// <exception cref="OperationCanceledException">The answer is not waited for any longer.</exception>
    Task<(PeerIdentity From, TAnswer Answer)?> AskAsync<TAsk, TAnswer>(
        NodeId node, Question<TAsk, TAnswer> question, TAsk ask, CancellationToken cancellationToken);
}
