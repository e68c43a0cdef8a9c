using AspireKv.Cluster.Topology;
using AspireKv.StorageNode.Peers;
using AspireKv.Transport.Contracts;
using AspireKv.Transport.Questions;

namespace AspireKv.StorageNode.Tests.World;

/// <summary>Peers that answer questions as the test says, and nothing that it did not say.</summary>
internal sealed class FakeQuestions : IPeerQuestions
{
    private readonly Dictionary<(NodeId Node, object Question), object> _answers = [];

    public void Answer<TAsk, TAnswer>(NodeId node, Question<TAsk, TAnswer> question, TAnswer answer)
        where TAnswer : notnull =>
        _answers[(node, question)] = answer;

    public Task<(PeerIdentity From, TAnswer Answer)?> AskAsync<TAsk, TAnswer>(
        NodeId node, Question<TAsk, TAnswer> question, TAsk ask, CancellationToken cancellationToken) =>
        _answers.TryGetValue((node, question), out var answer)
            ? Task.FromResult<(PeerIdentity, TAnswer)?>((new PeerIdentity(PeerRole.Node, node, 9, $"node{node}"), (TAnswer)answer))
            : throw new NodeUnreachableException($"The fake node {node} says nothing to this.");
}
