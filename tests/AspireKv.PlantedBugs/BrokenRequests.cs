using System.Diagnostics;
using AspireKv.Cluster.Messages;
using AspireKv.Cluster.Operations;
using AspireKv.Transport.Contracts;

namespace AspireKv.PlantedBugs;

/// <summary>Stands between the peers and the replica, and does one thing wrong.</summary>
internal sealed class BrokenRequests : IPeerRequestHandler
{
    private long _requests;

    /// <summary>Where everything goes that is not tampered with.</summary>
    public IPeerRequestHandler Sound { get; set; } = null!;

    /// <summary>
    /// What to answer at once to a request, which the replica then never sees; null for those it does. Given the number of the request.
    /// </summary>
    public Func<PeerRequest, long, PeerResponseKind?> AnswersItself { get; init; } = static (_, _) => null;

    /// <summary>Answers of a learner look like those of a voter.</summary>
    public bool HidesThatItLearns { get; init; }

    /// <summary>Which operations are carried out twice.</summary>
    public Func<ClientOperation, bool> Repeats { get; init; } = static _ => false;

    public Func<ClientOperation, ClientOperation> Changes { get; init; } = static operation => operation;

    public void OnPeerRequest(IPeerConnection from, PeerRequest request, ActivityContext trace)
    {
        if (AnswersItself(request, Interlocked.Increment(ref _requests)) is not { } kind)
        {
            Sound.OnPeerRequest(HidesThatItLearns ? new Disguised(from) : from, request, trace);
            return;
        }

        from.Send(new PeerResponse
        {
            Kind = kind,
            Partition = request.Partition,
            Id = request.Id,
            Ballot = request.Ballot,
            Epoch = request.Epoch,
        });
    }

    public void OnOperation(IPeerConnection from, long correlation, OperationRequest request)
    {
        var changed = request with { Operation = Changes(request.Operation) };
        Sound.OnOperation(from, correlation, changed);
        if (Repeats(request.Operation))
        {
            Sound.OnOperation(new Muted(from), correlation, changed);
        }
    }

    public void OnBatchEnd(IPeerConnection from) => Sound.OnBatchEnd(from);

    public void OnConnected(IPeerConnection connection) => Sound.OnConnected(connection);

    public void OnDisconnected(IPeerConnection connection) => Sound.OnDisconnected(connection);

    private sealed class Disguised(IPeerConnection connection) : IPeerConnection
    {
        public PeerIdentity Identity => connection.Identity;

        public bool IsConnected => connection.IsConnected;

        public void Send(PeerResponse response) => connection.Send(response with { IsLearner = false, Incarnation = 0 });

        public void SendOperationResult(long correlation, OperationResult result, TimeSpan? within) =>
            connection.SendOperationResult(correlation, result, within);

        public void Abort(Exception? cause) => connection.Abort(cause);
    }

    private sealed class Muted(IPeerConnection connection) : IPeerConnection
    {
        public PeerIdentity Identity => connection.Identity;

        public bool IsConnected => connection.IsConnected;

        public void Send(PeerResponse response)
        {
        }

        public void SendOperationResult(long correlation, OperationResult result, TimeSpan? within)
        {
        }

        public void Abort(Exception? cause) => connection.Abort(cause);
    }
}
