using System.Collections.Concurrent;
using System.Diagnostics;
using AspireKv.Cluster.Messages;
using AspireKv.Cluster.Topology;
using AspireKv.StorageNode.Peers;
using AspireKv.Transport.Contracts;

namespace AspireKv.StorageNode.Tests.World;

/// <summary>Peers that live or do not as the test says, and take what is sent to them.</summary>
internal sealed class FakePeers : IPeers
{
    private readonly BlockingCollection<(NodeId To, PeerRequest Request)> _sent = [];

    public HashSet<NodeId> Alive { get; } = [];

    /// <summary>Thrown for every message, after it was noted, where set.</summary>
    public ArgumentException? Refusal { get; set; }

    /// <summary>Answers the operations that are handed over, one after the other.</summary>
    public Queue<OperationReply> Replies { get; } = new();

    /// <summary>The operations that were handed over.</summary>
    public List<(NodeId To, OperationRequest Request)> Forwarded { get; } = [];

    public bool IsAlive(NodeId node) => Alive.Contains(node);

    public void TrySend(NodeId to, PeerRequest request, ActivityContext trace)
    {
        _sent.Add((to, request));
        if (Refusal is not null)
        {
            throw Refusal;
        }
    }

    public ValueTask<OperationReply> ExecuteAsync(NodeId to, OperationRequest request)
    {
        Forwarded.Add((to, request));
        return new(Replies.Dequeue());
    }

    /// <summary>Waits for the next message to any peer.</summary>
    public (NodeId To, PeerRequest Request) TakeSent() => Patience.Take(_sent);
}
