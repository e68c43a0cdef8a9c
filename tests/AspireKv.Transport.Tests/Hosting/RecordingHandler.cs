using System.Collections.Concurrent;
using System.Diagnostics;
using AspireKv.Cluster.Membership;
using AspireKv.Cluster.Messages;
using AspireKv.Transport.Contracts;

namespace AspireKv.Transport.Tests.Hosting;

/// <summary>A server's handler that keeps what it was given, in order, and answers as the test says.</summary>
internal sealed class RecordingHandler : IPeerRequestHandler
{
    public ConcurrentQueue<(PeerRequest Request, ActivityContext Trace)> PeerRequests { get; } = new();

    public ConcurrentQueue<OperationRequest> Operations { get; } = new();

    public ConcurrentQueue<FoundingRequest> Foundings { get; } = new();

    public ConcurrentQueue<IPeerConnection> Connected { get; } = new();

    public int Batches;

    public int Disconnected;

    public Action<IPeerConnection, PeerRequest> AnswerPeerRequest { get; set; } = (_, _) => { };

    public Action<IPeerConnection, long, OperationRequest> AnswerOperation { get; set; } = (_, _, _) => { };

    public Action<IPeerConnection, long> AnswerStatus { get; set; } = (_, _) => { };

    public Action<IPeerConnection, long, FoundingRequest> AnswerFounding { get; set; } = (_, _, _) => { };

    public void OnPeerRequest(IPeerConnection from, PeerRequest request, ActivityContext trace)
    {
        PeerRequests.Enqueue((request, trace));
        AnswerPeerRequest(from, request);
    }

    public void OnOperation(IPeerConnection from, long correlation, OperationRequest request)
    {
        Operations.Enqueue(request);
        AnswerOperation(from, correlation, request);
    }

    public void OnStatus(IPeerConnection from, long correlation) => AnswerStatus(from, correlation);

    public void OnFounding(IPeerConnection from, long correlation, FoundingRequest request)
    {
        Foundings.Enqueue(request);
        AnswerFounding(from, correlation, request);
    }

    public void OnBatchEnd(IPeerConnection from) => Interlocked.Increment(ref Batches);

    public void OnConnected(IPeerConnection connection) => Connected.Enqueue(connection);

    public void OnDisconnected(IPeerConnection connection) => Interlocked.Increment(ref Disconnected);
}
