using System.Diagnostics;
using System.Net;
using AspireKv.Cluster.Messages;
using AspireKv.Cluster.Status;
using AspireKv.Cluster.Topology;
using AspireKv.Encoding;
using AspireKv.Transport.Codec;
using AspireKv.Transport.Contracts;
using AspireKv.Transport.Frames;
using AspireKv.Transport.Questions;

namespace AspireKv.Transport.Client;

/// <summary>
/// One authenticated stream to one node, opened again whenever it breaks. Messages are gathered and sent in batches by one sender, the
/// small and the large ones each in the order they were given; nothing is ever sent twice. All methods may be called from any thread and
/// none blocks. A message over a bound (see <see cref="WireLimits"/>) is misuse and throws <see cref="ArgumentException"/>.
/// </summary>
public sealed class NodeChannel : IAsyncDisposable
{
    /// <summary>How long a question may go unanswered; operations bring their own time.</summary>
    private static readonly TimeSpan QuestionTimeout = TimeSpan.FromSeconds(5);

    private readonly ChannelDependencies _dependencies;
    private readonly ChannelConnection _connection;
    private readonly string _name;

    internal NodeChannel(
        NodeId remote,
        string name,
        Func<CancellationToken, ValueTask<IReadOnlyList<EndPoint>>> resolve,
        IPeerResponseHandler? handler,
        ChannelDependencies dependencies)
    {
        Remote = remote;
        _name = name;
        _dependencies = dependencies;
        _connection = new ChannelConnection(remote, name, resolve, handler, dependencies);
    }

    /// <summary>The node that this channel leads to; another one that answers at its address is refused.</summary>
    public NodeId Remote { get; }

    /// <summary>The name of the node, for logs and metrics.</summary>
    public string Name => _name;

    /// <summary>True while a connection with a finished handshake is up.</summary>
    public bool IsConnected => _connection.Current is not null;

    /// <summary>
    /// The number of the connection that is up, or 0 while none is: whoever sent a message on another one gets no answer to it any more.
    /// </summary>
    public long Link => _connection.Current?.Link ?? 0;

    /// <summary>The identity that the node gave at the last handshake, or null before the first.</summary>
    public PeerIdentity? RemoteIdentity => _connection.RemoteIdentity;

    /// <summary>
    /// When something last arrived from the node (a timestamp of the TimeProvider), or null before the first time; it survives a broken
    /// connection.
    /// </summary>
    public long? LastHeard => _connection.RoundTrips.Last;

    /// <summary>How long the last answered ping took, or null before the first.</summary>
    public TimeSpan? LastRoundTripTime => _connection.RoundTrips.Duration;

    /// <summary>Bytes that wait to be sent, or are being handed to the connection.</summary>
    public long WaitingBytes => _connection.Current?.Sender.WaitingBytes ?? 0;

    /// <summary>How the node is, as it said last on the connection that is up; null before it did.</summary>
    public NodeCondition? Condition => _connection.Current?.Condition;

    /// <summary>
    /// The version of the topology that the node goes by, as it said last on the connection that is up; 0 before it did.
    /// </summary>
    public long TopologyVersion => _connection.Current?.TopologyVersion ?? 0;

    /// <summary>Whether the node answers this process.</summary>
    public NodeLiveness Judge(LivenessRule rule) => rule.Judge(IsConnected, _connection.RoundTrips.Silence);

    /// <summary>The node answered that it does not reach the other. It counts until the next Pong, which says what is true then.</summary>
    public void NoteUnreached(NodeId node) => _connection.Current?.NoteUnreached(node);

    /// <summary>Starts to connect, in the background, until disposed. May be called once.</summary>
    public void Start() => _connection.Start();

    /// <summary>
    /// How long a message with a value of so many bytes that is sent now would take until the node has all of it: by what waits already, by
    /// how fast the connection took bytes lately and, for a large message, by how long pings are on their way. The last tells what waits in
    /// buffers further on, before a place that is narrower than the first. Zero while there is no connection.
    /// </summary>
    public TimeSpan TimeToSend(int valueBytes)
    {
        if (_connection.Current is not { } connection)
        {
            return TimeSpan.Zero;
        }

        // Small messages are what a node that stalls for a moment may yet answer in time; they wait for little, and cost little if not.
        var time = connection.Sender.TimeToSend(valueBytes);
        return valueBytes > WireLimits.SmallMessageBytes ? time + _connection.RoundTrips.OnTheWay : time;
    }

    /// <summary>
    /// Sends a message to the replica. Returns the <see cref="Link"/> that took it, or 0 when it is lost already, since there is no
    /// connection or its buffer is full.
    /// </summary>
    /// <param name="request">The message.</param>
    /// <param name="trace">The span of the operation that causes the message; default when that is not sampled.</param>
    public long TrySend(PeerRequest request, ActivityContext trace = default)
    {
        var connection = _connection.Current;
        return connection is not null
            && Append(connection, MessageKind.PeerRequest, (request, trace), MessageBodies.PeerRequest) == AppendOutcome.Appended
            ? connection.Link
            : 0;
    }

    /// <summary>
    /// Sends the operation, once, and waits for the answer, for <see cref="OperationRequest.Timeout"/> at most (looked at with each
    /// heartbeat). Does not throw for what the network does: see <see cref="OperationReply"/>. Cancelling ends the wait, not the operation.
    /// </summary>
    public ValueTask<OperationReply> ExecuteAsync(OperationRequest request, CancellationToken cancellationToken)
    {
        var connection = _connection.Current;
        if (connection is null || cancellationToken.IsCancellationRequested)
        {
            return new(OperationReply.NotConnected);
        }

        if (connection.Sender.TimeToSend(request.Operation.Value.Length) > request.Timeout)
        {
            // On its way it would only become an operation of unknown outcome.
            _dependencies.Metrics.MessageDropped();
            return new(OperationReply.Overloaded);
        }

        var continuations = _dependencies.Options.UnsafeInlineContinuations
            ? TaskCreationOptions.None
            : TaskCreationOptions.RunContinuationsAsynchronously;
        var pending = new PendingExecution(continuations) { Deadline = DeadlineAfter(request.Timeout) };
        if (!connection.Replies.TryAdd(pending))
        {
            return new(OperationReply.Overloaded);
        }

        switch (Append(connection, pending, MessageKind.Operation, (pending.Correlation, request), MessageBodies.Operation))
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

    /// <summary>Asks the node, once, and waits for its answer.</summary>
    /// <exception cref="NodeUnreachableException">
    /// There was no connection, it broke or fell silent before the answer came, or no answer came within 5 s.
    /// </exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public async Task<TAnswer> AskAsync<TAsk, TAnswer>(Question<TAsk, TAnswer> question, TAsk ask, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var connection = _connection.Current ?? throw new NodeUnreachableException($"There is no connection to {_name}.");
        var pending = new PendingQuestion<TAsk, TAnswer>(question, _name) { Deadline = DeadlineAfter(QuestionTimeout) };
        if (!connection.Replies.TryAdd(pending))
        {
            throw new NodeUnreachableException($"Too many requests to {_name} await their answer.");
        }

        if (Append(connection, pending, MessageKind.Question, (pending.Correlation, ask), question.WriteAsk) != AppendOutcome.Appended)
        {
            connection.Replies.TryTake(pending.Correlation, out _);
            throw new NodeUnreachableException($"The connection to {_name} takes no more messages.");
        }

        return await WaitAsync(pending, pending.Task, cancellationToken);
    }

    public ValueTask DisposeAsync() => _connection.DisposeAsync();

    private static async Task<T> WaitAsync<T>(PendingReply pending, Task<T> answer, CancellationToken cancellationToken)
    {
        using var registration = cancellationToken.UnsafeRegister(
            static (pending, token) => ((PendingReply)pending!).TryCancel(token), pending);
        return await answer;
    }

    private AppendOutcome Append<T>(
        ClientConnection connection, PendingReply pending, MessageKind kind, T message, Action<ByteWriter, T> encode)
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
        _dependencies.Time.GetTimestamp() + (long)(timeout.TotalSeconds * _dependencies.Time.TimestampFrequency);
}
