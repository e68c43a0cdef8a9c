using System.Collections.Concurrent;
using AspireKv.Cluster.Messages;
using AspireKv.Cluster.Topology;
using AspireKv.Transport.Contracts;

namespace AspireKv.Transport.Tests.Hosting;

/// <summary>A client's handler that keeps what it was given, in order.</summary>
internal sealed class RecordingResponses : IPeerResponseHandler
{
    public ConcurrentQueue<PeerResponse> Responses { get; } = new();

    public int Batches;

    public int Connects;

    public int Disconnects;

    public void OnPeerResponse(NodeId from, PeerResponse response) => Responses.Enqueue(response);

    public void OnConnected(NodeId node) => Interlocked.Increment(ref Connects);

    public void OnDisconnected(NodeId node) => Interlocked.Increment(ref Disconnects);

    public void OnBatchEnd(NodeId from) => Interlocked.Increment(ref Batches);
}
