using AspireKv.Transport.Contracts;

namespace AspireKv.Transport.Server;

/// <summary>
/// The connections with a finished handshake, within bounds that keep gateways and nodes out of each other's way. A gateway beyond the
/// bound is refused, since those that are connected have work. A node beyond it loses the connection that was silent for the longest, since
/// the node needs one: those that it opened before are broken, and this side has not noticed. Thread-safe.
/// </summary>
/// <param name="maxGateways">Connections of gateways.</param>
/// <param name="maxPerNode">Connections of one node.</param>
internal sealed class ServedConnections(int maxGateways, int maxPerNode)
{
    private readonly Lock _gate = new();

    /// <summary>Guarded by <see cref="_gate"/>.</summary>
    private readonly HashSet<ServerConnection> _all = [];

    /// <summary>Places of gateways, taken before their connections are served. Guarded by <see cref="_gate"/>.</summary>
    private int _gateways;

    public IReadOnlyList<ServerConnection> All
    {
        get
        {
            lock (_gate)
            {
                return [.. _all];
            }
        }
    }

    /// <summary>False when there is none.</summary>
    public bool TryTakeGatewayPlace()
    {
        lock (_gate)
        {
            if (_gateways == maxGateways)
            {
                return false;
            }

            _gateways++;
            return true;
        }
    }

    public void GiveGatewayPlaceBack()
    {
        lock (_gate)
        {
            _gateways--;
        }
    }

    /// <summary>Adds a connection, for which another one of the same node may end.</summary>
    public void Add(ServerConnection connection)
    {
        ServerConnection? superfluous = null;
        lock (_gate)
        {
            if (connection.Identity.Role == PeerRole.Node)
            {
                var others = _all.Where(other => other.Identity.Role == PeerRole.Node && other.Identity.Node == connection.Identity.Node);
                superfluous = others.Count() >= maxPerNode ? others.MinBy(other => other.LastReceived) : null;
            }

            _all.Add(connection);
        }

        superfluous?.Abort(new SuperfluousConnectionException());
    }

    public void Remove(ServerConnection connection)
    {
        lock (_gate)
        {
            _all.Remove(connection);
        }
    }
}
