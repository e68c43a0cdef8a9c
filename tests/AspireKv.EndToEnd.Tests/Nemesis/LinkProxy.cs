using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace AspireKv.EndToEnd.Tests.Nemesis;

/// <summary>A relay that stands in the place of one process's link to another, and does to it what networks do.</summary>
internal sealed class LinkProxy : IAsyncDisposable
{
    private readonly int _targetPort;
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentDictionary<ProxiedConnection, Task> _connections = new();
    private readonly Task _accepting;
    private readonly Lock _gate = new();
    private volatile LinkConditions _conditions = LinkConditions.Sound;
    private int _requestBytesLeft;

    public LinkProxy(int targetPort)
    {
        _targetPort = targetPort;
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _accepting = AcceptAsync();
    }

    /// <summary>Where to dial instead of the target.</summary>
    public int Port { get; }

    public LinkConditions Conditions => _conditions;

    /// <summary>Changes what happens to everything that has not arrived yet.</summary>
    public void Set(LinkConditions conditions)
    {
        lock (_gate)
        {
            _conditions = conditions;
            _requestBytesLeft = conditions.CutAfterBytes ?? 0;
        }

        foreach (var connection in _connections.Keys)
        {
            connection.Follow(conditions);
        }
    }

    /// <summary>Resets the connections there are.</summary>
    public void Cut()
    {
        foreach (var connection in _connections.Keys)
        {
            connection.Reset();
        }
    }

    /// <summary>
    /// How many of so many bytes to the target may still pass; when that is not all of them, everything is to be cut behind them.
    /// </summary>
    public int Pass(int bytes)
    {
        lock (_gate)
        {
            if (_conditions.CutAfterBytes is null)
            {
                return bytes;
            }

            var passed = Math.Min(bytes, _requestBytesLeft);
            _requestBytesLeft -= passed;
            if (passed < bytes)
            {
                _conditions = _conditions with { CutAfterBytes = null };
            }

            return passed;
        }
    }

    /// <summary>The connections there are carry nothing from now on and are never closed, as after a lost route; new ones work.</summary>
    public void Abandon()
    {
        foreach (var connection in _connections.Keys)
        {
            connection.Abandon();
        }
    }

    /// <summary>True while an abandoned connection was not given up by either end.</summary>
    public bool IsBelievedIn => _connections.Keys.Any(connection => connection.IsBelievedIn);

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        await _accepting;
        Cut();
        await Task.WhenAll(_connections.Values);
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptSocketAsync();
                if (Conditions.RefusesConnections)
                {
                    ProxiedConnection.Reset(client);
                    continue;
                }

                var connection = new ProxiedConnection(client, this);
                _connections[connection] = Task.CompletedTask;
                _connections[connection] = RunAsync(connection);
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // The listener was stopped.
        }
    }

    private async Task RunAsync(ProxiedConnection connection)
    {
        // Whoever accepts must not wait for the target.
        await Task.Yield();
        await connection.RunAsync(_targetPort);
        _connections.TryRemove(connection, out _);
    }
}
