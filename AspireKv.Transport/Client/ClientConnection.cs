using AspireKv.Cluster.Status;
using AspireKv.Cluster.Topology;
using AspireKv.Encoding;
using AspireKv.Transport.Codec;
using AspireKv.Transport.Contracts;
using AspireKv.Transport.Frames;
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
    private readonly TimeProvider _time;
    private readonly FrameLoop _frames;
    private readonly PeriodicTimer _heartbeat;
    private Exception? _failure;
    private volatile bool _isToldToGo;
    private volatile NodeCondition? _condition;
    private long _topologyVersion;

    public ClientConnection(
        ConnectionContext context,
        PeerIdentity identity,
        NodeId remote,
        IPeerResponseHandler? handler,
        RoundTrips roundTrips,
        long link,
        ChannelDependencies dependencies)
    {
        var (options, metrics) = (dependencies.Options, dependencies.Metrics);
        _context = context;
        _remote = remote;
        _handler = handler;
        _roundTrips = roundTrips;
        _roundTrips.Begin();
        _options = options;
        _time = dependencies.Time;
        _heartbeat = new PeriodicTimer(options.HeartbeatInterval, _time);
        Identity = identity;
        Link = link;
        Replies = new PendingReplies(options.MaxOutstandingRequests);
        Sender = new BatchSender(
            context.Transport.Output,
            () => dependencies.Local.TopologyVersion,
            options.MaxSendBufferBytes,
            metrics,
            dependencies.Time,
            Abort);
        _frames = new FrameLoop(context.Transport.Input, this, metrics);
    }

    public PeerIdentity Identity { get; }

    /// <summary>The number of this connection among those of its channel, from 1.</summary>
    public long Link { get; }

    public PendingReplies Replies { get; }

    /// <summary>
    /// True once the node said that it is about to stop: it still answers, and nothing more is to be given to it. The connection ends by
    /// itself once nothing is awaited on it.
    /// </summary>
    public bool IsToldToGo => _isToldToGo;

    /// <summary>How the node is, as it said last; null before it did.</summary>
    public NodeCondition? Condition => _condition;

    /// <summary>The version of the topology that the node goes by, as it said last; 0 before it did.</summary>
    public long TopologyVersion => Volatile.Read(ref _topologyVersion);

    public BatchSender Sender { get; }

    /// <summary>
    /// Hands over what arrives, until the connection ends, for whatever reason; then ends every operation and question that waits for an
    /// answer.
    /// </summary>
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

    /// <inheritdoc cref="NodeChannel.NoteUnreached"/>
    public void NoteUnreached(NodeId node)
    {
        if (_condition is { } condition && condition.Reaches(node))
        {
            _condition = condition with { Unreached = [.. condition.Unreached, node] };
        }
    }

    public void Abort(Exception? cause)
    {
        Interlocked.CompareExchange(ref _failure, cause, null);
        _context.Abort(new ConnectionAbortedException("The stream is closed by this side.", cause!));
    }

    public ValueTask DisposeAsync() => _context.DisposeAsync();

    void IFrameSink.OnReceived() => _roundTrips.Heard();

    void IFrameSink.OnFrame(long topologyVersion) => Volatile.Write(ref _topologyVersion, topologyVersion);

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
                var (sent, condition) = MessageBodies.ReadPong(ref reader);
                _condition = condition;
                _roundTrips.Record(sent);
                break;
            case MessageKind.OperationResult or MessageKind.Answer:
                OnAnswer(kind, MessageBodies.ReadCorrelation(ref reader), ref reader);
                break;
            case MessageKind.GoAway:
                reader.ExpectEnd();
                _isToldToGo = true;
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

    private void OnAnswer(MessageKind kind, long correlation, ref ByteReader reader)
    {
        if (!Replies.TryTake(correlation, out var reply))
        {
            // The asker has stopped waiting.
            return;
        }

        try
        {
            reply.Complete(kind, ref reader);
        }
        catch (Exception exception) when (exception is MalformedMessageException or MalformedBytesException)
        {
            // The reply is in nobody's hands any more, so that neither its time limit nor the end of the connection would end it.
            reply.Fail(wasSent: true);
            throw;
        }
    }

    /// <summary>
    /// Keeps round trips coming, ends every wait that lasts too long, and gives a silent connection up: first the operations and questions
    /// that wait for an answer, so that they can be asked elsewhere, and later the connection itself. Leaves a node that is about to stop.
    /// </summary>
    private async Task HeartbeatAsync()
    {
        var stoodStill = TimeSpan.Zero;
        var start = _time.GetTimestamp();
        var isToGo = false;
        do
        {
            if (isToGo && Replies.IsEmpty)
            {
                Abort(null);
                return;
            }

            // One interval more, for the answers of a replica that are on their way: nobody counts those.
            isToGo = _isToldToGo;
            var now = _time.GetTimestamp();

            // Answers that came while this process stood still are yet to be read.
            stoodStill += _roundTrips.Beat();
            var age = _time.GetElapsedTime(start, now) - stoodStill;
            var silence = _roundTrips.Silence is { } length && length < age ? length : age;
            foreach (var reply in silence > _options.AnswerTimeout ? Replies.TakeAll() : Replies.TakeExpired(now))
            {
                reply.Expire();
            }

            if (silence > _options.HeartbeatTimeout)
            {
                Abort(new NodeSilentException(silence));
                return;
            }

            Sender.TryAppend(MessageKind.Ping, now, MessageBodies.Ping, mayUseReserve: true);
        }
        while (await _heartbeat.WaitForNextTickAsync());
    }
}
