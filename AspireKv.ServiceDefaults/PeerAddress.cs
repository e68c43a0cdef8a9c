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

    /// <summary>
    /// Where this process is to dial the node's peer listener: all that service discovery knows, in its order. A name is not looked up.
    /// </summary>
    /// <exception cref="InvalidOperationException">Service discovery knows no address with a port for the node.</exception>
    public static async ValueTask<IReadOnlyList<EndPoint>> ResolveAsync(
        ServiceEndpointResolver resolver, string node, CancellationToken cancellationToken)
    {
        var found = await ServiceAddresses.FindAsync(resolver, ServiceName(node), cancellationToken);
        return found.Count > 0
            ? found
            : throw new InvalidOperationException(
                $"No address is known for the peer endpoint of {node}; set services__{node}__peer__0=tcp://HOST:PORT.");
    }
}
