using System.Net;
using AspireKv.Transport.Contracts;
using AspireKv.Transport.Frames;
using AspireKv.Transport.Handshake;
using AspireKv.Transport.Monitoring;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace AspireKv.Transport.Server;

/// <summary>
/// The accepting end, for Kestrel: <c>listen.UseConnectionHandler&lt;PeerConnectionHandler&gt;()</c>. Nobody gets a word through to the
/// <see cref="IPeerRequestHandler"/> who did not prove, within a time limit, that it holds the cluster's credential; and whatever one
/// connection sends can close that connection only.
/// </summary>
public sealed class PeerConnectionHandler : ConnectionHandler, IDisposable
{
    private readonly LocalPeer _local;
    private readonly ClusterCredential _credential;
    private readonly IPeerRequestHandler _handler;
    private readonly QuestionTable _questions;
    private readonly PeerTransportOptions _options;
    private readonly TransportMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly LogGate _logGate;
    private readonly ITimer _idleTimer;
    private readonly PendingHandshakes _handshakes;
    private readonly ServedConnections _connections;
    private string? _withdrawnBecause;
    private volatile bool _isGoingAway;

    internal PeerConnectionHandler(
        LocalPeer local,
        ClusterCredential credential,
        IPeerRequestHandler handler,
        QuestionTable questions,
        IOptions<PeerTransportOptions> options,
        TransportMetrics metrics,
        TimeProvider time,
        ILogger<PeerConnectionHandler> logger)
    {
        _local = local;
        _credential = credential;
        _handler = handler;
        _questions = questions;
        _options = options.Value;
        _metrics = metrics;
        _time = time;
        _logger = logger;
        _logGate = new LogGate(time);
        _handshakes = new PendingHandshakes(_options.MaxPendingHandshakes);
        _connections = new ServedConnections(_options.MaxGatewayConnections, _options.MaxConnectionsPerNode);
        var interval = _options.ServerIdleTimeout / 4;
        _idleTimer = time.CreateTimer(static self => ((PeerConnectionHandler)self!).DropIdle(), this, interval, interval);
    }

    /// <summary>Connections with a finished handshake.</summary>
    public IReadOnlyCollection<IPeerConnection> Connections => _connections.All;

    /// <summary>
    /// Ends every connection and takes no other while the host runs, so that peers and gateways turn elsewhere at once. For a node that
    /// must take part in no quorum any more. Only the first reason counts.
    /// </summary>
    public void Withdraw(string reason)
    {
        if (Interlocked.CompareExchange(ref _withdrawnBecause, reason, null) is not null)
        {
            return;
        }

        Log.Withdrawn(_logger, reason);
        foreach (var connection in _connections.All)
        {
            connection.Abort(null);
        }
    }

    /// <summary>
    /// Tells every peer that this side is about to stop, and takes no other connection. What was asked is still answered; peers ask nothing
    /// more, and end their connections once they have their answers.
    /// </summary>
    public void GoAway()
    {
        _isGoingAway = true;
        foreach (var connection in _connections.All)
        {
            connection.SendGoAway();
        }
    }

    public override Task OnConnectedAsync(ConnectionContext connection) => OnConnectedAsync(connection, onAuthenticated: static _ => { });

    /// <param name="connection">The connection, of which nothing is known yet.</param>
    /// <param name="onAuthenticated">Called when the peer has proved that it holds the credential.</param>
    public async Task OnConnectedAsync(ConnectionContext connection, Action<ConnectionContext> onAuthenticated)
    {
        ArgumentNullException.ThrowIfNull(connection);
        ArgumentNullException.ThrowIfNull(onAuthenticated);
        if (Volatile.Read(ref _withdrawnBecause) is { } reason)
        {
            LogRefusal(connection, "withdrawn", reason);
            return;
        }

        if (_isGoingAway)
        {
            LogRefusal(connection, "stopping", "this node is about to stop");
            return;
        }

        var stop = connection.Features.Get<IConnectionLifetimeNotificationFeature>()?.ConnectionClosedRequested ?? default;
        using var place = new GatewayPlace(_connections);
        if (await ShakeHandsAsync(connection, place, stop) is { } identity)
        {
            onAuthenticated(connection);
            if (connection.Features.Get<IConnectionSocketFeature>() is { Socket: var socket })
            {
                UnsentBytes.Limit(socket);
            }

            var served = new ServerConnection(connection, identity, _local, _handler, _questions, _options, _metrics, _time);

            // A stream never ends by itself: without this a stopping server would wait for it until it has no time left.
            using var stopping = stop.UnsafeRegister(static served => ((ServerConnection)served!).Abort(null), served);
            await ServeAsync(served);
        }
    }

    public void Dispose() => _idleTimer.Dispose();

    private async Task<PeerIdentity?> ShakeHandsAsync(ConnectionContext connection, GatewayPlace place, CancellationToken stop)
    {
        using var handshake = _handshakes.Begin(
            (connection.RemoteEndPoint as IPEndPoint)?.Address, _options.HandshakeTimeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(handshake.Aborted, stop);
        try
        {
            return await ServerHandshake.RunAsync(connection.Transport, _local, _credential, place.TryTake, either.Token);
        }
        catch (HandshakeRefusedException exception)
        {
            LogRefusal(connection, exception.Reason, exception.Message);
        }
        catch (MalformedMessageException exception)
        {
            LogRefusal(connection, "malformed", exception.Message);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            LogRefusal(connection, "stopping", "this node stops");
        }
        catch (OperationCanceledException) when (handshake.IsCrowdedOut)
        {
            LogRefusal(
                connection,
                "crowded-out",
                $"more than {_options.MaxPendingHandshakes} connections were in their handshake, and this one for the longest");
        }
        catch (OperationCanceledException)
        {
            LogRefusal(connection, "slow", $"its handshake took longer than {_options.HandshakeTimeout}");
        }
        catch (IOException exception)
        {
            LogRefusal(connection, "broken", exception.Message);
        }

        return null;
    }

    private async Task ServeAsync(ServerConnection connection)
    {
        var identity = connection.Identity;
        Log.PeerConnected(_logger, identity.Role, identity.Node, identity.Name, connection.RemoteEndPoint);
        _metrics.Connected("server");
        _connections.Add(connection);
        if (Volatile.Read(ref _withdrawnBecause) is not null)
        {
            connection.Abort(null);
        }

        if (_isGoingAway)
        {
            connection.SendGoAway();
        }

        Exception? cause;
        try
        {
            _handler.OnConnected(connection);
            cause = await connection.RunAsync();
        }
        finally
        {
            _connections.Remove(connection);
            _metrics.Disconnected("server");
            _handler.OnDisconnected(connection);
        }

        LogEnd(identity, cause);
    }

    private void LogEnd(PeerIdentity identity, Exception? cause)
    {
        switch (cause)
        {
            case null or IOException or ConnectionAbortedException or OperationCanceledException:
                Log.PeerDisconnected(_logger, identity.Role, identity.Node, identity.Name);
                break;
            case MalformedMessageException or SlowReaderException or IdlePeerException or SuperfluousConnectionException:
                Log.PeerMisbehaved(_logger, identity.Role, identity.Node, identity.Name, cause.Message);
                break;
            default:
                Log.RequestHandlerFailed(_logger, identity.Role, identity.Node, identity.Name, cause);
                break;
        }
    }

    private void LogRefusal(ConnectionContext connection, string reason, string message)
    {
        _metrics.HandshakeRefused(reason);
        if (_logGate.TryPass(reason, out var suppressed))
        {
            Log.PeerRefused(_logger, connection.RemoteEndPoint, message, suppressed);
        }
    }

    private void DropIdle()
    {
        foreach (var connection in _connections.All)
        {
            if (_time.GetElapsedTime(connection.LastReceived) > _options.ServerIdleTimeout)
            {
                connection.Abort(new IdlePeerException());
            }
        }
    }
}
