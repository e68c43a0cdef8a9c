using System.Collections.Concurrent;
using AspireKv.Transport.Contracts;
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
    private readonly ConcurrentDictionary<ServerConnection, bool> _connections = new();
    private int _accepted;
    private string? _withdrawnBecause;

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
        var interval = _options.ServerIdleTimeout / 4;
        _idleTimer = time.CreateTimer(static self => ((PeerConnectionHandler)self!).DropIdle(), this, interval, interval);
    }

    /// <summary>Connections with a finished handshake.</summary>
    public IReadOnlyCollection<IPeerConnection> Connections => [.. _connections.Keys];

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
        foreach (var connection in _connections.Keys)
        {
            connection.Abort(null);
        }
    }

    public override async Task OnConnectedAsync(ConnectionContext connection)
    {
        if (Volatile.Read(ref _withdrawnBecause) is { } reason)
        {
            LogRefusal(connection, "withdrawn", reason);
            return;
        }

        try
        {
            if (Interlocked.Increment(ref _accepted) > _options.MaxServerConnections)
            {
                LogRefusal(connection, "busy", $"there are {_options.MaxServerConnections} connections already");
                return;
            }

            if (await ShakeHandsAsync(connection) is { } identity)
            {
                var served = new ServerConnection(connection, identity, _local, _handler, _questions, _options, _metrics, _time);

                // A stream never ends by itself: without this a stopping server would wait for it until it has no time left.
                using var stopping = connection.Features.Get<IConnectionLifetimeNotificationFeature>()?.ConnectionClosedRequested
                    .UnsafeRegister(static served => ((ServerConnection)served!).Abort(null), served);
                await ServeAsync(served);
            }
        }
        finally
        {
            Interlocked.Decrement(ref _accepted);
        }
    }

    public void Dispose() => _idleTimer.Dispose();

    private async Task<PeerIdentity?> ShakeHandsAsync(ConnectionContext connection)
    {
        using var timeLimit = new CancellationTokenSource(_options.HandshakeTimeout, _time);
        try
        {
            return await ServerHandshake.RunAsync(connection.Transport, _local, _credential, timeLimit.Token);
        }
        catch (HandshakeRefusedException exception)
        {
            LogRefusal(connection, exception.Reason, exception.Message);
        }
        catch (MalformedMessageException exception)
        {
            LogRefusal(connection, "malformed", exception.Message);
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
        _connections.TryAdd(connection, true);
        if (Volatile.Read(ref _withdrawnBecause) is not null)
        {
            connection.Abort(null);
        }

        Exception? cause;
        try
        {
            _handler.OnConnected(connection);
            cause = await connection.RunAsync();
        }
        finally
        {
            _connections.TryRemove(connection, out _);
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
            case MalformedMessageException or SlowReaderException or IdlePeerException:
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
        foreach (var connection in _connections.Keys)
        {
            if (_time.GetElapsedTime(connection.LastReceived) > _options.ServerIdleTimeout)
            {
                connection.Abort(new IdlePeerException());
            }
        }
    }
}
