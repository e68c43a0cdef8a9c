using System.Net;
using AspireKv.Cluster.Messages;
using AspireKv.Cluster.Operations;
using AspireKv.Cluster.Versioning;
using AspireKv.Encoding;
using AspireKv.Transport.Codec;
using AspireKv.Transport.Contracts;
using AspireKv.Transport.Frames;
using AspireKv.Transport.Monitoring;
using AspireKv.Transport.Questions;
using Microsoft.AspNetCore.Connections;

namespace AspireKv.Transport.Server;

/// <summary>One accepted connection, from the end of its handshake on.</summary>
internal sealed class ServerConnection : IPeerConnection, IFrameSink
{
    private readonly ConnectionContext _context;
    private readonly LocalPeer _local;
    private readonly IPeerRequestHandler _handler;
    private readonly QuestionTable _questions;
    private readonly BatchSender _sender;
    private readonly FrameLoop _frames;
    private readonly TransportMetrics _metrics;
    private readonly TimeProvider _time;
    private long _lastReceived;
    private Exception? _failure;
    private volatile bool _isClosed;

    public ServerConnection(
        ConnectionContext context,
        PeerIdentity identity,
        LocalPeer local,
        IPeerRequestHandler handler,
        QuestionTable questions,
        PeerTransportOptions options,
        TransportMetrics metrics,
        TimeProvider time)
    {
        _context = context;
        _local = local;
        _handler = handler;
        _metrics = metrics;
        _questions = questions;
        _time = time;
        _lastReceived = time.GetTimestamp();
        Identity = identity;
        _sender = new BatchSender(
            context.Transport.Output, () => local.TopologyVersion, options.MaxSendBufferBytes, metrics, time, Abort);
        _frames = new FrameLoop(context.Transport.Input, this, metrics);
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
        if (response is { Entry: null, Page: null, Sums: null })
        {
            AppendSmall(MessageKind.PeerResponse, response, MessageBodies.PeerResponse);
        }
        else if (!TryAppend(MessageKind.PeerResponse, response, MessageBodies.PeerResponse))
        {
            // The asker asks again once it knows.
            AppendSmall(MessageKind.PeerResponse, response.ToUnanswered(), MessageBodies.PeerResponse);
        }
    }

    public void SendOperationResult(long correlation, OperationResult result, TimeSpan? within = null)
    {
        if (result.Entry is null)
        {
            AppendSmall(MessageKind.OperationResult, (correlation, result), MessageBodies.OperationResult);
        }
        else if (WouldBeLate(result.Entry, within)
            || !TryAppend(MessageKind.OperationResult, (correlation, result), MessageBodies.OperationResult))
        {
            SendOperationResult(correlation, OperationResult.NotApplied(NotAppliedReason.Overloaded) with { Holder = result.Holder });
        }
    }

    /// <summary>Answers a question; where the buffer is full, the answer is lost, and the asker may ask again.</summary>
    public void SendAnswer<TAsk, TAnswer>(Question<TAsk, TAnswer> question, long correlation, TAnswer answer) =>
        TryAppend(MessageKind.Answer, (correlation, answer), question.WriteAnswer);

    /// <summary>Tells the peer that this side is about to stop: it is to send nothing more, and to go once it has its answers.</summary>
    public void SendGoAway() => AppendSmall(MessageKind.GoAway, 0, MessageBodies.Nothing);

    public override string ToString() => $"{Identity.Role} {Identity.Node} ({Identity.Name})";

    void IFrameSink.OnReceived() => Volatile.Write(ref _lastReceived, _time.GetTimestamp());

    void IFrameSink.OnBatchStart() => _sender.Cork();

    void IFrameSink.OnMessage(MessageKind kind, ref ByteReader reader)
    {
        switch (kind)
        {
            case MessageKind.Ping:
                AppendSmall(MessageKind.Pong, (MessageBodies.ReadPing(ref reader), _local.Condition), MessageBodies.Pong);
                break;
            case MessageKind.PeerRequest:
                OnPeerRequest(ref reader);
                break;
            case MessageKind.Operation:
                var correlation = MessageBodies.ReadCorrelation(ref reader);
                var operation = OperationCodec.Read(ref reader);
                reader.ExpectEnd();
                _handler.OnOperation(this, correlation, operation);
                break;
            case MessageKind.Question:
                OnQuestion(ref reader);
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

    private void OnPeerRequest(ref ByteReader reader)
    {
        if (Identity.Role != PeerRole.Node)
        {
            throw new MalformedMessageException($"A {Identity.Role} may not send a {MessageKind.PeerRequest}.");
        }

        var request = PeerRequestCodec.Read(ref reader, out var trace);
        reader.ExpectEnd();
        _handler.OnPeerRequest(this, request, trace);
    }

    /// <summary>The peer's right to ask is looked at before a byte of what is asked.</summary>
    private void OnQuestion(ref ByteReader reader)
    {
        var correlation = MessageBodies.ReadCorrelation(ref reader);
        var number = reader.ReadByte();
        if (_questions.Find(number) is not { } question)
        {
            throw new MalformedMessageException($"Question {number} is none that this process answers.");
        }

        if (!question.MayBeAskedBy(Identity.Role))
        {
            throw new MalformedMessageException($"A {Identity.Role} may not ask for {question}.");
        }

        question.Ask(this, correlation, ref reader);
    }

    /// <summary>Whether the entry would arrive when its asker waits no longer.</summary>
    private bool WouldBeLate(Entry entry, TimeSpan? within)
    {
        var isLate = within is { } time && _sender.TimeToSend(entry.Value.Length) > time;
        if (isLate)
        {
            _metrics.MessageDropped();
        }

        return isLate;
    }

    /// <summary>
    /// For messages that may be large. False when the buffer is full, which a burst of large answers can do to the best of readers.
    /// </summary>
    private bool TryAppend<T>(MessageKind kind, T message, Action<ByteWriter, T> encode)
    {
        if (_sender.TryAppend(kind, message, encode) != AppendOutcome.Full)
        {
            return true;
        }

        _metrics.MessageDropped();
        return false;
    }

    /// <summary>For small messages: when not even the reserve has room for one, the peer does not read.</summary>
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
