using System.Collections.Concurrent;
using AspireKv.Cluster.Membership;
using AspireKv.Cluster.Messages;
using AspireKv.Cluster.Operations;
using AspireKv.Cluster.Status;
using AspireKv.Cluster.Topology;
using AspireKv.Transport.Contracts;

namespace AspireKv.StorageNode.Tests.World;

/// <summary>A connection that keeps what is sent on it.</summary>
internal sealed class FakeConnection(PeerRole role = PeerRole.Node, int node = 2, Action<PeerResponse>? onResponse = null) : IPeerConnection
{
    private readonly BlockingCollection<PeerResponse> _responses = [];
    private readonly BlockingCollection<OperationResult> _results = [];

    public PeerIdentity Identity { get; } = new(role, role == PeerRole.Node ? new NodeId(node) : NodeId.None, ProcessId: 1, $"node{node}");

    public bool IsConnected => true;

    /// <summary>The status that was last sent.</summary>
    public NodeStatus? Status { get; private set; }

    /// <summary>How many results were sent and not taken yet.</summary>
    public int WaitingResults => _results.Count;

    public void Send(PeerResponse response)
    {
        onResponse?.Invoke(response);
        _responses.Add(response);
    }

    public void SendOperationResult(long correlation, OperationResult result) => _results.Add(result);

    public void SendStatus(long correlation, NodeStatus status) => Status = status;

    public void SendFounding(long correlation, FoundingResponse response)
    {
    }

    /// <summary>Waits for the next answer of a replica.</summary>
    public PeerResponse TakeResponse() => Patience.Take(_responses);

    /// <summary>Waits for the next result of an operation.</summary>
    public OperationResult TakeResult() => Patience.Take(_results);
}
