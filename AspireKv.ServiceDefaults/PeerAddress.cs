using System.Net;
using Microsoft.Extensions.ServiceDiscovery;

namespace AspireKv.ServiceDefaults;

/// <summary>
/// Finds where a node listens for its peers: the endpoint named <c>peer</c> of the service with the node's name
/// (<c>services:node1:peer:0</c> in configuration).
/// </summary>
public static class PeerAddress
{
    /// <summary>The endpoint's name as service discovery wants it.</summary>
    public static string ServiceName(string node) => $"tcp://_peer.{node}";

    /// <summary>The address of the node's peer listener, as this process is to dial it.</summary>
    /// <exception cref="InvalidOperationException">Service discovery knows no address with a port for the node.</exception>
    public static async ValueTask<EndPoint> ResolveAsync(ServiceEndpointResolver resolver, string node, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(resolver);

        var source = await resolver.GetEndpointsAsync(ServiceName(node), cancellationToken);
        foreach (var found in source.Endpoints)
        {
            switch (found.EndPoint)
            {
                case IPEndPoint { Port: > 0 } address:
                    return address;
                case DnsEndPoint { Port: > 0 } address:
                    return address;
                case UriEndPoint { Uri.Port: > 0 } address:
                    return ToEndPoint(address.Uri);
            }
        }

        throw new InvalidOperationException(
            $"No address is known for the peer endpoint of {node}; set services__{node}__peer__0=tcp://HOST:PORT.");
    }

    private static EndPoint ToEndPoint(Uri uri) =>
        IPAddress.TryParse(uri.DnsSafeHost, out var address)
            ? new IPEndPoint(address, uri.Port)
            : new DnsEndPoint(uri.DnsSafeHost, uri.Port);
}
