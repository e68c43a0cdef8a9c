using System.Diagnostics;
using AspireKv.Cluster.Consensus;
using AspireKv.Cluster.Topology;

namespace AspireKv.Transport;

/// <summary>
/// One authenticated stream to one node, opened again whenever it breaks. Messages are gathered in a buffer and sent in batches by one sender, in the
/// order they were given; nothing is ever sent twice. All methods may be called from any thread and none blocks.
/// </summary>
public sealed class NodeChannel : IAsyncDisposable
{
    /// <summary>The node that this channel leads to; another one that answers at its address is refused.</summary>
    public NodeId Remote => throw new NotImplementedException();

    /// <summary>True while a connection with a finished handshake is up.</summary>
    public bool IsConnected => throw new NotImplementedException();

    /// <summary>The identity that the node gave at the last handshake, or null before the first.</summary>
    public PeerIdentity? RemoteIdentity => throw new NotImplementedException();

    /// <summary>When the last ping was answered (a timestamp of the TimeProvider), or null before the first; it survives a broken connection.</summary>
    public long? LastRoundTrip => throw new NotImplementedException();

    /// <summary>How long the last answered ping took, or null before the first.</summary>
    public TimeSpan? LastRoundTripTime => throw new NotImplementedException();

    /// <summary>Starts to connect, in the background, until disposed. May be called once.</summary>
    public void Start() => throw new NotImplementedException();

    /// <summary>Sends a message to the replica; false when it is lost already, since there is no connection or its buffer is full.</summary>
    /// <param name="request">The message.</param>
    /// <param name="trace">The span of the operation that causes it; default when that is not sampled.</param>
    public bool TrySend(PeerRequest request, ActivityContext trace = default) => throw new NotImplementedException();

    /// <summary>
    /// Sends the operation, once, and waits for the answer, for <see cref="OperationRequest.Timeout"/> at most. Does not throw for what the network does:
    /// see <see cref="OperationReply"/>. Cancelling ends the wait, not the operation.
    /// </summary>
    public ValueTask<OperationReply> ExecuteAsync(OperationRequest request, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <exception cref="NodeUnreachableException">No connection, or it broke.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public Task<NodeStatus> GetStatusAsync(CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <inheritdoc cref="GetStatusAsync"/>
    public Task<FoundingResponse> ExchangeFoundingAsync(FoundingRequest request, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Waits for one round trip, answered by the node's transport itself.</summary>
    /// <inheritdoc cref="GetStatusAsync"/>
    public Task PingAsync(CancellationToken cancellationToken) => throw new NotImplementedException();

    public ValueTask DisposeAsync() => throw new NotImplementedException();
}
