using AspireKv.Cluster.Topology;
using AspireKv.Encoding;
using AspireKv.Transport.Codec;
using AspireKv.Transport.Contracts;
using AspireKv.Transport.Frames;
using AspireKv.Transport.Telemetry;
using Microsoft.AspNetCore.Connections;

namespace AspireKv.Transport.Client;

/// <summary>One connection to a node, from the end of its handshake to its break. Never used again after that.</summary>
internal sealed class ClientConnection : IFrameSink, IAsyncDisposable
{
    private readonly ConnectionContext _context;
    private readonly NodeId _remote;
    private readonly IPeerResponseHandler? _handler;
    private readonly RoundTrips _roundTrips;
    private readonly PeerTransportOptions _options;
    private readonly TimeProvider _timeProvider;
    private readonly FrameLoop _frames;
    private readonly PeriodicTimer _heartbeat;
    private Exception? _failure;

    public ClientConnection(
        ConnectionContext context,
        PeerIdentity identity,
        LocalPeer local,
        NodeId remote,
        IPeerResponseHandler? handler,
        RoundTrips roundTrips,
        PeerTransportOptions options,
        TransportMetrics metrics,
        TimeProvider timeProvider)
    {
        _context = context;
        _remote = remote;
        _handler = handler;
        _roundTrips = roundTrips;
        _options = options;
        _timeProvider = timeProvider;
        _heartbeat = new PeriodicTimer(options.HeartbeatInterval, timeProvider);
        Identity = identity;
        var limits = new WireLimits(options.MaxValueBytes);
        Replies = new PendingReplies(options.MaxOutstandingRequests);
        Sender = new BatchSender(context.Transport.Output, limits, () => local.TopologyVersion, options.MaxSendBufferBytes, metrics, Abort);
        _frames = new FrameLoop(context.Transport.Input, this, limits, metrics);
    }

    public PeerIdentity Identity { get; }

    public PendingReplies Replies { get; }

    public BatchSender Sender { get; }

    /// <summary>Hands over what arrives, until the connection ends, for whatever reason; then ends everything that waits for an answer.</summary>
    /// <returns>How many requests were left without an answer, and why the connection ended, if that is known.</returns>
    public async Task<(int Unanswered, Exception? Cause)> RunAsync(CancellationToken cancellationToken)
    {
        using var stopping = cancellationToken.UnsafeRegister(static connection => ((ClientConnection)connection!).Abort(null), this);
        var heartbeat = HeartbeatAsync();
        try
        {
            await _frames.RunAsync(CancellationToken.None);
        }
        catch (Exception exception)
        {
            _failure ??= exception;
        }

        Sender.Close();
        Abort(null);
        _heartbeat.Dispose();
        await heartbeat;
        await Sender.Drained;
        var unanswered = Replies.TakeAll();
        foreach (var reply in unanswered)
        {
            reply.Fail(Sender.WasTaken(reply));
        }

        return (unanswered.Count, _failure);
    }

    public void Abort(Exception? cause)
    {
        Interlocked.CompareExchange(ref _failure, cause, null);
        _context.Abort(new ConnectionAbortedException("The stream is closed by this side.", cause!));
    }

    public ValueTask DisposeAsync() => _context.DisposeAsync();

    void IFrameSink.OnReceived() => _roundTrips.Heard();

    void IFrameSink.OnBatchStart() => Sender.Cork();

    void IFrameSink.OnMessage(MessageKind kind, ref ByteReader reader)
    {
        switch (kind)
        {
            case MessageKind.PeerResponse:
                var response = PeerResponseCodec.Read(ref reader);
                reader.ExpectEnd();
                _handler?.OnPeerResponse(_remote, response);
                break;
            case MessageKind.Pong:
                OnPong(ref reader);
                break;
            case MessageKind.OperationResult or MessageKind.Status or MessageKind.FoundingResponse:
                OnAnswer(kind, Messages.ReadCorrelation(ref reader), ref reader);
                break;
            default:
                throw new MalformedMessageException($"A node sent message kind {(byte)kind}, which is none of its own.");
        }
    }

    void IFrameSink.OnBatchEnd()
    {
        _handler?.OnBatchEnd(_remote);
        Sender.Uncork();
    }

    private void OnPong(ref ByteReader reader)
    {
        var correlation = Messages.ReadCorrelation(ref reader);
        _roundTrips.Record((long)reader.ReadFixed64());
        reader.ExpectEnd();
        if (correlation != RoundTrips.HeartbeatCorrelation)
        {
            OnAnswer(MessageKind.Pong, correlation, ref reader);
        }
    }

    private void OnAnswer(MessageKind kind, long correlation, ref ByteReader reader)
    {
        if (!Replies.TryTake(correlation, out var reply))
        {
            // Whoever asked has stopped waiting.
            return;
        }

        try
        {
            reply.Complete(kind, ref reader);
        }
        catch (MalformedMessageException)
        {
            reply.Fail(wasSent: true);
            throw;
        }
    }

    /// <summary>
    /// Keeps round trips coming, ends the wait of whoever waited too long, and gives a silent connection up: first what waits for an answer, so that it can
    /// be asked elsewhere, and later the connection itself.
    /// </summary>
    private async Task HeartbeatAsync()
    {
        var since = _timeProvider.GetTimestamp();
        var before = since;
        do
        {
            var now = _timeProvider.GetTimestamp();
            if (_timeProvider.GetElapsedTime(before, now) > _options.AnswerTimeout / 2)
            {
                // It is this process that stood still: what was answered meanwhile is yet to be read.
                since = now;
            }

            before = now;
            var silence = _timeProvider.GetElapsedTime(Math.Max(since, _roundTrips.Last ?? since), now);
            foreach (var reply in silence > _options.AnswerTimeout ? Replies.TakeAll() : Replies.TakeExpired(now))
            {
                reply.Expire();
            }

            if (silence > _options.HeartbeatTimeout)
            {
                Abort(new NodeSilentException(silence));
                return;
            }

            Sender.TryAppend(MessageKind.Ping, (RoundTrips.HeartbeatCorrelation, now), Messages.Ping, mayUseReserve: true);
        }
        while (await _heartbeat.WaitForNextTickAsync());
    }
}
