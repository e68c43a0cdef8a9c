using System.Net;
using AspireKv.Cluster.Membership;
using AspireKv.Cluster.Messages;
using AspireKv.Cluster.Operations;
using AspireKv.Cluster.Status;
using AspireKv.Encoding;
using AspireKv.Transport.Codec;
using AspireKv.Transport.Contracts;
using AspireKv.Transport.Frames;
using AspireKv.Transport.Telemetry;
using Microsoft.AspNetCore.Connections;

namespace AspireKv.Transport.Server;

/// <summary>One accepted connection, from the end of its handshake on.</summary>
internal sealed class ServerConnection : IPeerConnection, IFrameSink
{
    private readonly ConnectionContext _context;
    private readonly IPeerRequestHandler _handler;
    private readonly BatchSender _sender;
    private readonly FrameLoop _frames;
    private readonly TransportMetrics _metrics;
    private readonly TimeProvider _timeProvider;
    private long _lastReceived;
    private Exception? _failure;
    private volatile bool _isClosed;

    public ServerConnection(
        ConnectionContext context,
        PeerIdentity identity,
        LocalPeer local,
        IPeerRequestHandler handler,
        PeerTransportOptions options,
        TransportMetrics metrics,
        TimeProvider timeProvider)
    {
        _context = context;
        _handler = handler;
        _metrics = metrics;
        _timeProvider = timeProvider;
        _lastReceived = timeProvider.GetTimestamp();
        Identity = identity;
        var limits = new WireLimits(options.MaxValueBytes);
        _sender = new BatchSender(context.Transport.Output, limits, () => local.TopologyVersion, options.MaxSendBufferBytes, metrics, Abort);
        _frames = new FrameLoop(context.Transport.Input, this, limits, metrics);
    }

    public PeerIdentity Identity { get; }

    public bool IsConnected => !_isClosed;

    public EndPoint? RemoteEndPoint => _context.RemoteEndPoint;

    /// <summary>The timestamp at which something last arrived.</summary>
    public long LastReceived => Volatile.Read(ref _lastReceived);

    /// <summary>Hands over what arrives until the connection ends.</summary>
    /// <returns>Why it ended, or null when the peer closed it.</returns>
    public async Task<Exception?> RunAsync()
    {
        try
        {
            await _frames.RunAsync(CancellationToken.None);
        }
        catch (Exception exception)
        {
            _failure ??= exception;
        }

        _isClosed = true;
        _sender.Close();
        Abort(null);
        await _sender.Drained;
        return _failure;
    }

    public void Abort(Exception? cause)
    {
        Interlocked.CompareExchange(ref _failure, cause, null);
        _isClosed = true;
        _context.Abort(new ConnectionAbortedException("The stream is closed by this side.", cause!));
    }

    public void Send(PeerResponse response)
    {
        if (response.Entry is null)
        {
            AppendSmall(MessageKind.PeerResponse, response, Messages.PeerResponse);
        }
        else
        {
            try
            {
                // Where it is full the answer is lost, as the network may lose it: who asked asks again.
                TryAppend(MessageKind.PeerResponse, response, Messages.PeerResponse);
            }
            catch (ArgumentException exception)
            {
                // Stored under a bound that was lowered since. Answers are sent from threads that have others to serve.
                Abort(exception);
            }
        }
    }

    public void SendOperationResult(long correlation, OperationResult result)
    {
        if (result.Entry is null)
        {
            AppendSmall(MessageKind.OperationResult, (correlation, result), Messages.OperationResult);
        }
        else if (!TryAppend(MessageKind.OperationResult, (correlation, result), Messages.OperationResult))
        {
            SendOperationResult(correlation, OperationResult.NotApplied(NotAppliedReason.Overloaded) with { Holder = result.Holder });
        }
    }

    public void SendStatus(long correlation, NodeStatus status) => TryAppend(MessageKind.Status, (correlation, status), Messages.Status);

    public void SendFounding(long correlation, FoundingResponse response) =>
        AppendSmall(MessageKind.FoundingResponse, (correlation, response), Messages.FoundingResponse);

    public override string ToString() => $"{Identity.Role} {Identity.Node} ({Identity.Name})";

    void IFrameSink.OnReceived() => Volatile.Write(ref _lastReceived, _timeProvider.GetTimestamp());

    void IFrameSink.OnBatchStart() => _sender.Cork();

    void IFrameSink.OnMessage(MessageKind kind, ref ByteReader reader)
    {
        switch (kind)
        {
            case MessageKind.Ping:
                var ping = (Messages.ReadCorrelation(ref reader), (long)reader.ReadFixed64());
                reader.ExpectEnd();
                AppendSmall(MessageKind.Pong, ping, Messages.Ping);
                break;
            case MessageKind.PeerRequest:
                RequireNode(kind);
                var request = PeerRequestCodec.Read(ref reader, out var trace);
                reader.ExpectEnd();
                _handler.OnPeerRequest(this, request, trace);
                break;
            case MessageKind.Operation:
                var operationCorrelation = Messages.ReadCorrelation(ref reader);
                var operation = OperationCodec.Read(ref reader);
                reader.ExpectEnd();
                _handler.OnOperation(this, operationCorrelation, operation);
                break;
            case MessageKind.StatusRequest:
                var statusCorrelation = Messages.ReadCorrelation(ref reader);
                reader.ExpectEnd();
                _handler.OnStatus(this, statusCorrelation);
                break;
            case MessageKind.FoundingRequest:
                RequireNode(kind);
                var foundingCorrelation = Messages.ReadCorrelation(ref reader);
                var founding = FoundingCodec.ReadRequest(ref reader);
                reader.ExpectEnd();
                _handler.OnFounding(this, foundingCorrelation, founding);
                break;
            default:
                throw new MalformedMessageException($"Message kind {(byte)kind} is none that a peer asks with.");
        }
    }

    void IFrameSink.OnBatchEnd()
    {
        _handler.OnBatchEnd(this);
        _sender.Uncork();
    }

    private void RequireNode(MessageKind kind)
    {
        if (Identity.Role != PeerRole.Node)
        {
            throw new MalformedMessageException($"A {Identity.Role} may not send a {kind}.");
        }
    }

    /// <summary>For what may be large. False when the buffer is full, which a burst of large answers can do to the best of readers.</summary>
    private bool TryAppend<T>(MessageKind kind, T message, Action<ByteWriter, T> encode)
    {
        if (_sender.TryAppend(kind, message, encode) != AppendOutcome.Full)
        {
            return true;
        }

        _metrics.MessageDropped();
        return false;
    }

    /// <summary>For what is small: when not even the reserve has room, the peer does not read.</summary>
    private void AppendSmall<T>(MessageKind kind, T message, Action<ByteWriter, T> encode)
    {
        if (_sender.TryAppend(kind, message, encode, mayUseReserve: true) == AppendOutcome.Full)
        {
            // Dropping single answers would leave their askers waiting; dropping the connection tells all of them.
            _metrics.MessageDropped();
            Abort(new SlowReaderException());
        }
    }
}
