using System.Collections.Concurrent;
using AspireKv.Cluster.Messages;
using AspireKv.Cluster.Operations;
using AspireKv.Cluster.Topology;
using AspireKv.Transport.Contracts;

namespace AspireKv.StorageNode.Tests.World;

/// <summary>A connection that keeps what is sent on it.</summary>
internal sealed class FakeConnection(
    PeerRole role = PeerRole.Node, int node = 2, Action<PeerResponse>? onResponse = null, ulong process = 1) : IPeerConnection
{
    private readonly BlockingCollection<PeerResponse> _responses = [];
    private readonly BlockingCollection<OperationResult> _results = [];

    public PeerIdentity Identity { get; } = new(role, role == PeerRole.Node ? new NodeId(node) : NodeId.None, process, $"node{node}");

    public bool IsConnected { get; init; } = true;

    /// <summary>True once this end gave the connection up.</summary>
    public bool IsAborted { get; private set; }

    public void Send(PeerResponse response)
    {
        onResponse?.Invoke(response);
        _responses.Add(response);
    }

    /// <summary>How long the sender of the last operation that was answered still waited, as far as the answer told.</summary>
    public TimeSpan? Within { get; private set; }

    public void SendOperationResult(long correlation, OperationResult result, TimeSpan? within = null)
    {
        Within = within;
        _results.Add(result);
    }

    public void Abort(Exception? cause) => IsAborted = true;

    /// <summary>How many answers of a replica the test has not taken.</summary>
    public int ResponseCount => _responses.Count;

    /// <summary>Waits for the next answer of a replica.</summary>
    public PeerResponse TakeResponse() => Patience.Take(_responses);

    /// <summary>Waits for the next result of an operation.</summary>
    public OperationResult TakeResult() => Patience.Take(_results);
}
