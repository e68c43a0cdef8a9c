using System.Net;
using System.Net.Sockets;
using AspireKv.Cluster.Topology;
using AspireKv.Transport.Contracts;
using AspireKv.Transport.Handshake;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;
using Polly;

namespace AspireKv.Transport.Client;

/// <summary>
/// Keeps a channel connected: connects, serves the connection until it breaks, pauses, and connects again, until disposed.
/// </summary>
internal sealed class ChannelConnection : IAsyncDisposable
{
    private readonly NodeId _remote;
    private readonly string _name;
    private readonly Func<CancellationToken, ValueTask<IReadOnlyList<EndPoint>>> _resolve;
    private readonly IPeerResponseHandler? _handler;
    private readonly ChannelDependencies _dependencies;
    private readonly ILogger _logger;
    private readonly TimeProvider _time;
    private readonly ResiliencePipeline _connecting;
    private readonly CancellationTokenSource _stopping = new();
    private volatile ClientConnection? _current;
    private volatile PeerIdentity? _remoteIdentity;
    private Task? _running;

    /// <summary>How many connections there were; the loop's own.</summary>
    private long _links;

    public ChannelConnection(
        NodeId remote,
        string name,
        Func<CancellationToken, ValueTask<IReadOnlyList<EndPoint>>> resolve,
        IPeerResponseHandler? handler,
        ChannelDependencies dependencies)
    {
        _remote = remote;
        _name = name;
        _resolve = resolve;
        _handler = handler;
        _dependencies = dependencies;
        _logger = dependencies.Logger;
        _time = dependencies.Time;
        RoundTrips = new RoundTrips(_time, Options.HeartbeatInterval);
        _connecting = ConnectPipeline.Create(remote, name, dependencies);
    }

    /// <summary>The connection that is up, its handshake done, to a node that is not about to stop; or null.</summary>
    public ClientConnection? Current => _current is { IsToldToGo: false } current ? current : null;

    /// <summary>The identity that the node gave at the last handshake, or null before the first.</summary>
    public PeerIdentity? RemoteIdentity => _remoteIdentity;

    /// <summary>What was heard of the node, on all connections.</summary>
    public RoundTrips RoundTrips { get; }

    private PeerTransportOptions Options => _dependencies.Options;

    public void Start()
    {
        if (_running is not null)
        {
            throw new InvalidOperationException("The channel was started already.");
        }

        _running = Task.Run(() => RunAsync(_stopping.Token));
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        if (_running is { } running)
        {
            await running;
        }

        _stopping.Dispose();
    }

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        var delay = Options.ReconnectDelay;
        try
        {
            while (true)
            {
                var start = _time.GetTimestamp();
                try
                {
                    await using var connection = await _connecting.ExecuteAsync(ConnectAsync, cancellationToken);
                    start = _time.GetTimestamp();
                    await UseAsync(connection, cancellationToken);
                }
                catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
                {
                    // Nothing that fails here may end the loop: nobody else connects.
                    _current = null;
                    Log.ChannelFailed(_logger, _remote, _name, exception);
                }

                // The pause also follows a connection that was up: one that breaks at once, again and again, must not spin.
                if (_time.GetElapsedTime(start) >= Options.MaxReconnectDelay)
                {
                    delay = Options.ReconnectDelay;
                }

                await Task.Delay(delay, _time, cancellationToken);
                delay = 2 * delay < Options.MaxReconnectDelay ? 2 * delay : Options.MaxReconnectDelay;
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Disposed.
        }
    }

    private async ValueTask<ClientConnection> ConnectAsync(CancellationToken cancellationToken)
    {
        var endPoints = await _resolve(cancellationToken);
        var stream = await _dependencies.Addresses.RunAsync(endPoints, OpenAsync, Options.ConnectTimeout, cancellationToken);
        _dependencies.Metrics.ConnectAttempted(_name, "connected");
        Log.Connected(_logger, _remote, _name, stream.EndPoint);
        return new ClientConnection(stream.Context, stream.Identity, _remote, _handler, RoundTrips, ++_links, _dependencies);
    }

    /// <summary>
    /// The handshake is part of the attempt: an address at which somebody else listens, or somebody who says nothing, is no better than one
    /// at which nobody does.
    /// </summary>
    private async Task<OpenedStream> OpenAsync(EndPoint endPoint, CancellationToken cancellationToken)
    {
        var context = await _dependencies.Dialer.DialAsync(endPoint, cancellationToken);
        try
        {
            var identity = await ClientHandshake.RunAsync(
                context.Transport, _dependencies.Local, _remote, _dependencies.Credential, cancellationToken);
            return new OpenedStream(context, identity, endPoint);
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

    private async Task UseAsync(ClientConnection connection, CancellationToken cancellationToken)
    {
        _remoteIdentity = connection.Identity;
        _current = connection;
        _dependencies.Metrics.Connected("client");
        try
        {
            _handler?.OnConnected(_remote);
        }
        catch (Exception exception)
        {
            Log.ResponseHandlerFailed(_logger, _remote, _name, exception);
            connection.Abort(exception);
        }

        var (unanswered, cause) = await connection.RunAsync(cancellationToken);
        _current = null;
        _dependencies.Metrics.Disconnected("client");
        if (connection.IsToldToGo && unanswered == 0)
        {
            Log.LetGo(_logger, _remote, _name);
        }
        else
        {
            LogEnd(unanswered, cause, cancellationToken.IsCancellationRequested);
        }

        try
        {
            _handler?.OnDisconnected(_remote);
        }
        catch (Exception exception)
        {
            Log.ResponseHandlerFailed(_logger, _remote, _name, exception);
        }
    }

    private void LogEnd(int unanswered, Exception? cause, bool isStopping)
    {
        switch (cause)
        {
            case null or IOException or SocketException or MalformedMessageException or ConnectionAbortedException:
                if (!isStopping)
                {
                    Log.Disconnected(_logger, _remote, _name, unanswered, cause?.Message ?? "the node closed it");
                }

                break;
            case NodeSilentException silent:
                Log.NodeSilent(_logger, _remote, _name, silent.Silence);
                break;
            default:
                Log.ResponseHandlerFailed(_logger, _remote, _name, cause);
                break;
        }
    }
}
