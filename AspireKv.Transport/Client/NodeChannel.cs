using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using AspireKv.Cluster.Membership;
using AspireKv.Cluster.Messages;
using AspireKv.Cluster.Status;
using AspireKv.Cluster.Topology;
using AspireKv.Encoding;
using AspireKv.Transport.Codec;
using AspireKv.Transport.Contracts;
using AspireKv.Transport.Frames;
using AspireKv.Transport.Handshake;
using AspireKv.Transport.Telemetry;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;
using Polly;

namespace AspireKv.Transport.Client;

/// <summary>
/// One authenticated stream to one node, opened again whenever it breaks. Messages are gathered in a buffer and sent in batches by one sender, in the
/// order they were given; nothing is ever sent twice. All methods may be called from any thread and none blocks. A message over a bound (see
/// <see cref="PeerTransportOptions"/>) is misuse and throws <see cref="ArgumentException"/>.
/// </summary>
public sealed class NodeChannel : IAsyncDisposable
{
    /// <summary>How long a question to the node's own code may go unanswered; operations bring their own time.</summary>
    private static readonly TimeSpan QuestionTimeout = TimeSpan.FromSeconds(5);

    private readonly ChannelDependencies _dependencies;
    private readonly string _name;
    private readonly Func<CancellationToken, ValueTask<EndPoint>> _resolve;
    private readonly IPeerResponseHandler? _handler;
    private readonly RoundTrips _roundTrips;
    private readonly ResiliencePipeline _connecting;
    private readonly CancellationTokenSource _stopping = new();
    private readonly ILogger _logger;
    private volatile ClientConnection? _connection;
    private volatile PeerIdentity? _remoteIdentity;
    private Task? _running;

    internal NodeChannel(
        NodeId remote,
        string name,
        Func<CancellationToken, ValueTask<EndPoint>> resolve,
        IPeerResponseHandler? handler,
        ChannelDependencies dependencies)
    {
        Remote = remote;
        _name = name;
        _resolve = resolve;
        _handler = handler;
        _dependencies = dependencies;
        _logger = dependencies.Logger;
        _roundTrips = new RoundTrips(dependencies.TimeProvider);
        _connecting = ConnectPipeline.Create(
            Options, remote, name, dependencies.Metrics, new LogGate(dependencies.TimeProvider), dependencies.TimeProvider, dependencies.Logger);
    }

    /// <summary>The node that this channel leads to; another one that answers at its address is refused.</summary>
    public NodeId Remote { get; }

    /// <summary>True while a connection with a finished handshake is up.</summary>
    public bool IsConnected => _connection is not null;

    /// <summary>The identity that the node gave at the last handshake, or null before the first.</summary>
    public PeerIdentity? RemoteIdentity => _remoteIdentity;

    /// <summary>When something last arrived from the node (a timestamp of the TimeProvider), or null before the first time; it survives a broken connection.</summary>
    public long? LastHeard => _roundTrips.Last;

    /// <summary>How long the last answered ping took, or null before the first.</summary>
    public TimeSpan? LastRoundTripTime => _roundTrips.Duration;

    private PeerTransportOptions Options => _dependencies.Options;

    private TimeProvider TimeProvider => _dependencies.TimeProvider;

    /// <summary>Starts to connect, in the background, until disposed. May be called once.</summary>
    public void Start()
    {
        if (_running is not null)
        {
            throw new InvalidOperationException("The channel was started already.");
        }

        _running = Task.Run(() => RunAsync(_stopping.Token));
    }

    /// <summary>Sends a message to the replica; false when it is lost already, since there is no connection or its buffer is full.</summary>
    /// <param name="request">The message.</param>
    /// <param name="trace">The span of the operation that causes it; default when that is not sampled.</param>
    public bool TrySend(PeerRequest request, ActivityContext trace = default)
    {
        var connection = _connection;
        return connection is not null && Append(connection, MessageKind.PeerRequest, (request, trace), Messages.PeerRequest) == AppendOutcome.Appended;
    }

    /// <summary>
    /// Sends the operation, once, and waits for the answer, for <see cref="OperationRequest.Timeout"/> at most (looked at with each heartbeat). Does not
    /// throw for what the network does: see <see cref="OperationReply"/>. Cancelling ends the wait, not the operation.
    /// </summary>
    public ValueTask<OperationReply> ExecuteAsync(OperationRequest request, CancellationToken cancellationToken)
    {
        var connection = _connection;
        if (connection is null || cancellationToken.IsCancellationRequested)
        {
            return new(OperationReply.NotConnected);
        }

        var continuations = Options.UnsafeInlineContinuations ? TaskCreationOptions.None : TaskCreationOptions.RunContinuationsAsynchronously;
        var pending = new PendingExecution(continuations) { Deadline = DeadlineAfter(request.Timeout) };
        if (!connection.Replies.TryAdd(pending))
        {
            return new(OperationReply.Overloaded);
        }

        switch (Append(connection, pending, MessageKind.Operation, (pending.Correlation, request), Messages.Operation))
        {
            case AppendOutcome.Full:
                connection.Replies.TryTake(pending.Correlation, out _);
                return new(OperationReply.Overloaded);
            case AppendOutcome.Closed:
                connection.Replies.TryTake(pending.Correlation, out _);
                return new(OperationReply.NotConnected);
            default:
                return new(cancellationToken.CanBeCanceled ? WaitAsync(pending, pending.Task, cancellationToken) : pending.Task);
        }
    }

    /// <summary>Asks the node for its status.</summary>
    /// <exception cref="NodeUnreachableException">No connection, it broke or fell silent before the answer came, or no answer came within 5 s.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public Task<NodeStatus> GetStatusAsync(CancellationToken cancellationToken) =>
        AskAsync(MessageKind.StatusRequest, MessageKind.Status, StatusCodec.Read, static pending => pending, Messages.StatusRequest, cancellationToken);

    /// <summary>Sends the node a founding message and waits for its answer.</summary>
    /// <inheritdoc cref="GetStatusAsync" path="/exception"/>
    public Task<FoundingResponse> ExchangeFoundingAsync(FoundingRequest request, CancellationToken cancellationToken) =>
        AskAsync(
            MessageKind.FoundingRequest,
            MessageKind.FoundingResponse,
            FoundingCodec.ReadResponse,
            correlation => (correlation, request),
            Messages.FoundingRequest,
            cancellationToken);

    /// <summary>Waits for one round trip, answered by the node's transport itself.</summary>
    /// <inheritdoc cref="GetStatusAsync" path="/exception"/>
    public Task PingAsync(CancellationToken cancellationToken) =>
        AskAsync(
            MessageKind.Ping,
            MessageKind.Pong,
            static (ref ByteReader _) => true,
            correlation => (correlation, TimeProvider.GetTimestamp()),
            Messages.Ping,
            cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        if (_running is { } running)
        {
            await running;
        }

        _stopping.Dispose();
    }

    private static async Task<T> WaitAsync<T>(PendingReply pending, Task<T> answer, CancellationToken cancellationToken)
    {
        using var registration = cancellationToken.UnsafeRegister(static (pending, token) => ((PendingReply)pending!).TryCancel(token), pending);
        return await answer;
    }

    private async Task<TAnswer> AskAsync<TAnswer, TMessage>(
        MessageKind kind,
        MessageKind answerKind,
        PendingQuestion<TAnswer>.Reader read,
        Func<long, TMessage> createMessage,
        Action<ByteWriter, TMessage> encode,
        CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var connection = _connection ?? throw new NodeUnreachableException($"There is no connection to {_name}.");
        var pending = new PendingQuestion<TAnswer>(_name, answerKind, read) { Deadline = DeadlineAfter(QuestionTimeout) };
        if (!connection.Replies.TryAdd(pending))
        {
            throw new NodeUnreachableException($"Too many requests to {_name} await their answer.");
        }

        if (Append(connection, pending, kind, createMessage(pending.Correlation), encode) != AppendOutcome.Appended)
        {
            connection.Replies.TryTake(pending.Correlation, out _);
            throw new NodeUnreachableException($"The connection to {_name} takes no more messages.");
        }

        return await WaitAsync(pending, pending.Task, cancellationToken);
    }

    private AppendOutcome Append<T>(ClientConnection connection, PendingReply pending, MessageKind kind, T message, Action<ByteWriter, T> encode)
    {
        try
        {
            return Append(connection, kind, message, encode, pending);
        }
        catch
        {
            connection.Replies.TryTake(pending.Correlation, out _);
            throw;
        }
    }

    private AppendOutcome Append<T>(
        ClientConnection connection, MessageKind kind, T message, Action<ByteWriter, T> encode, PendingReply? pending = null)
    {
        var outcome = connection.Sender.TryAppend(kind, message, encode, pending);
        if (outcome == AppendOutcome.Full)
        {
            _dependencies.Metrics.MessageDropped();
        }

        return outcome;
    }

    private long DeadlineAfter(TimeSpan timeout) =>
        TimeProvider.GetTimestamp() + (long)(timeout.TotalSeconds * TimeProvider.TimestampFrequency);

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        var delay = Options.ReconnectDelay;
        try
        {
            while (true)
            {
                var connection = await _connecting.ExecuteAsync(ConnectAsync, cancellationToken);
                var start = TimeProvider.GetTimestamp();
                await using (connection)
                {
                    await UseAsync(connection, cancellationToken);
                }

                // Also after a connection that was up: one that breaks at once, again and again, must not spin.
                if (TimeProvider.GetElapsedTime(start) >= Options.MaxReconnectDelay)
                {
                    delay = Options.ReconnectDelay;
                }

                await Task.Delay(delay, TimeProvider, cancellationToken);
                delay = 2 * delay < Options.MaxReconnectDelay ? 2 * delay : Options.MaxReconnectDelay;
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Disposed.
        }
    }

    private async Task UseAsync(ClientConnection connection, CancellationToken cancellationToken)
    {
        _remoteIdentity = connection.Identity;
        _connection = connection;
        _dependencies.Metrics.Connected("client");
        try
        {
            _handler?.OnConnected(Remote);
        }
        catch (Exception exception)
        {
            Log.ResponseHandlerFailed(_logger, Remote, _name, exception);
            connection.Abort(exception);
        }

        var (unanswered, cause) = await connection.RunAsync(cancellationToken);
        _connection = null;
        _dependencies.Metrics.Disconnected("client");
        LogEnd(unanswered, cause, cancellationToken.IsCancellationRequested);
        try
        {
            _handler?.OnDisconnected(Remote);
        }
        catch (Exception exception)
        {
            Log.ResponseHandlerFailed(_logger, Remote, _name, exception);
        }
    }

    private void LogEnd(int unanswered, Exception? cause, bool isStopping)
    {
        switch (cause)
        {
            case null or IOException or SocketException or MalformedMessageException or ConnectionAbortedException:
                if (!isStopping)
                {
                    Log.Disconnected(_logger, Remote, _name, unanswered, cause?.Message ?? "the node closed it");
                }

                break;
            case NodeSilentException silent:
                Log.NodeSilent(_logger, Remote, _name, silent.Silence);
                break;
            default:
                Log.ResponseHandlerFailed(_logger, Remote, _name, cause);
                break;
        }
    }

    private async ValueTask<ClientConnection> ConnectAsync(CancellationToken cancellationToken)
    {
        var endPoint = await _resolve(cancellationToken);
        var context = await _dependencies.Dialer.DialAsync(endPoint, cancellationToken);
        try
        {
            var identity = await ClientHandshake.RunAsync(
                context.Transport, _dependencies.Local, Remote, _dependencies.Credential, cancellationToken);
            _dependencies.Metrics.ConnectAttempted(_name, "connected");
            Log.Connected(_logger, Remote, _name, endPoint);
            return new ClientConnection(
                context, identity, _dependencies.Local, Remote, _handler, _roundTrips, Options, _dependencies.Metrics, TimeProvider);
        }
        catch (Exception exception)
        {
            if (exception is HandshakeRefusedException refused)
            {
                _dependencies.Metrics.HandshakeRefused(refused.Reason);
            }

            await context.DisposeAsync();
            throw;
        }
    }
}
