using System.Net;
using System.Runtime.InteropServices;
using AspireKv.ServiceDefaults.Telemetry;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace AspireKv.ServiceDefaults.Listening;

/// <summary>
/// Bounds the connections of HTTP listeners, in total and by address, so that one host can neither take all of them nor use up the
/// file descriptors that the service needs for its work. Thread-safe.
/// </summary>
internal sealed class ConnectionLimiter(
    ConnectionLimits limits, ListenerMetrics metrics, TimeProvider time, ILogger<ConnectionLimiter> logger)
{
    private readonly Lock _gate = new();

    /// <summary>Connections by group of addresses, each above zero. Guarded by <see cref="_gate"/>.</summary>
    private readonly Dictionary<IPNetwork, int> _byGroup = [];

    /// <summary>One line a second, however many are refused.</summary>
    private readonly TokenBucket _lines = new(perSecond: 1, time);

    /// <summary>Connections that are held. Guarded by <see cref="_gate"/>.</summary>
    private int _total;

    /// <summary>
    /// The middleware of a <see cref="PatientListener"/>: a connection beyond a limit is closed before anything is read from it. Any other
    /// has its place until its socket is closed, which is later than the end of what it was for.
    /// </summary>
    public Task RunAsync(ConnectionDelegate next, ConnectionContext connection)
    {
        var address = (connection.RemoteEndPoint as IPEndPoint)?.Address;
        if (!TryEnter(address, out var groups, out var reason))
        {
            metrics.Refused(reason);
            if (_lines.TryTake())
            {
                Log.ConnectionRefused(logger, address, reason);
            }

            connection.Abort();
            return Task.CompletedTask;
        }

        connection.Features.GetRequiredFeature<AcceptedConnection>().Admit(onClosed: () => Leave(groups));
        return next(connection);
    }

    /// <summary>Counts a connection, or says which limit is reached. An address that is not known counts in the total only.</summary>
    public bool TryEnter(IPAddress? address, out IReadOnlyList<IPNetwork> groups, out string reason)
    {
        groups = address is null || limits.Exempt.Any(network => network.Contains(Plain(address))) ? [] : AddressGroups.Of(address);
        lock (_gate)
        {
            if (_total >= limits.Total)
            {
                reason = limits.TotalName;
                return false;
            }

            for (var i = 0; i < groups.Count; i++)
            {
                // A wider group may be several customers: it has twice as many as the one in it.
                if (_byGroup.GetValueOrDefault(groups[i]) >= (long)limits.PerAddress << i)
                {
                    reason = "address";
                    return false;
                }
            }

            _total++;
            foreach (var group in groups)
            {
                CollectionsMarshal.GetValueRefOrAddDefault(_byGroup, group, out _)++;
            }
        }

        reason = "";
        return true;
    }

    public void Leave(IReadOnlyList<IPNetwork> groups)
    {
        lock (_gate)
        {
            _total--;
            foreach (var group in groups)
            {
                if (--CollectionsMarshal.GetValueRefOrAddDefault(_byGroup, group, out _) == 0)
                {
                    _byGroup.Remove(group);
                }
            }
        }
    }

    private static IPAddress Plain(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
}
