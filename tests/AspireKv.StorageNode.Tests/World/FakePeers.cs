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

    /// <summary>Those of the living ones that are silent for a while.</summary>
    public HashSet<NodeId> Suspect { get; } = [];

    /// <summary>Answers the operations that are handed over, one after the other.</summary>
    public Queue<OperationReply> Replies { get; } = new();

    /// <summary>The operations that were handed over.</summary>
    public List<(NodeId To, OperationRequest Request)> Forwarded { get; } = [];

    public ulong? ProcessOf(NodeId node) => 9;

    public bool IsAlive(NodeId node) => Alive.Contains(node);

    public bool IsReached(NodeId node) => Alive.Contains(node) && !Suspect.Contains(node);

    public bool IsCutOff(NodeId node) => false;

    public bool IsHandicapped(NodeId node) => false;

    /// <summary>When peers were last heard, as timestamps; the others never were.</summary>
    public Dictionary<NodeId, long> Heard { get; } = [];

    public long? LastHeard(NodeId node) => Heard.TryGetValue(node, out var timestamp) ? timestamp : null;

    /// <summary>The number of the connection to each peer.</summary>
    public long Link { get; set; } = 1;

    /// <summary>How many messages were sent that the test has not taken.</summary>
    public int SentCount => _sent.Count;

    public long LinkTo(NodeId node) => Link;

    /// <summary>What <see cref="TimeToSend"/> says of each peer.</summary>
    public TimeSpan Backlog { get; set; }

    public TimeSpan TimeToSend(NodeId to, int valueBytes) => Backlog;

    public long TrySend(NodeId to, PeerRequest request, ActivityContext trace)
    {
        _sent.Add((to, request));
        return Link;
    }

    public ValueTask<OperationReply> ExecuteAsync(NodeId to, OperationRequest request)
    {
        Forwarded.Add((to, request));
        return new(Replies.Dequeue());
    }

    /// <summary>Waits for the next message to any peer.</summary>
    public (NodeId To, PeerRequest Request) TakeSent() => Patience.Take(_sent);
}
