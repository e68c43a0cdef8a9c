using System.Collections.Concurrent;
using System.Diagnostics;
using AspireKv.Cluster.Membership;
using AspireKv.Cluster.Messages;
using AspireKv.Cluster.Status;
using AspireKv.Transport.Contracts;
using AspireKv.Transport.Questions;

namespace AspireKv.Transport.Tests.Hosting;

/// <summary>A server's handler that keeps what it was given, in order, and answers as the test says.</summary>
internal sealed class RecordingHandler
    : IPeerRequestHandler, IQuestionHandler<StatusRequest, NodeStatus>, IQuestionHandler<FoundingRequest, FoundingResponse>
{
    public ConcurrentQueue<(PeerRequest Request, ActivityContext Trace)> PeerRequests { get; } = new();

    public ConcurrentQueue<OperationRequest> Operations { get; } = new();

    public ConcurrentQueue<FoundingRequest> Foundings { get; } = new();

    public ConcurrentQueue<IPeerConnection> Connected { get; } = new();

    public int Batches;

    public int Disconnected;

    /// <summary>Comes between the handshake and the first message.</summary>
    public Action Greet { get; set; } = () => { };

    public Action<IPeerConnection, PeerRequest> AnswerPeerRequest { get; set; } = (_, _) => { };

    public Action<IPeerConnection, long, OperationRequest> AnswerOperation { get; set; } = (_, _, _) => { };

    public Action<Asked<StatusRequest, NodeStatus>> AnswerStatus { get; set; } = _ => { };

    public Action<Asked<FoundingRequest, FoundingResponse>> AnswerFounding { get; set; } = _ => { };

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

    public void OnAsked(Asked<StatusRequest, NodeStatus> asked) => AnswerStatus(asked);

    public void OnAsked(Asked<FoundingRequest, FoundingResponse> asked)
    {
        Foundings.Enqueue(asked.Ask);
        AnswerFounding(asked);
    }

    public void OnBatchEnd(IPeerConnection from) => Interlocked.Increment(ref Batches);

    public void OnConnected(IPeerConnection connection)
    {
        Connected.Enqueue(connection);
        Greet();
    }

    public void OnDisconnected(IPeerConnection connection) => Interlocked.Increment(ref Disconnected);
}
