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
    /// Where this process is to dial the node's peer listener: all that service discovery knows, in its order; where it knows nothing, what
    /// the node said of itself when it joined the cluster. A name is not looked up.
    /// </summary>
    /// <param name="resolver">Service discovery.</param>
    /// <param name="node">The name of the node.</param>
    /// <param name="hint">HOST:PORT as the node said, or empty.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="InvalidOperationException">No address with a port is known for the node.</exception>
    public static async ValueTask<IReadOnlyList<EndPoint>> ResolveAsync(
        ServiceEndpointResolver resolver, string node, string hint, CancellationToken cancellationToken)
    {
        var found = await ServiceAddresses.FindAsync(resolver, ServiceName(node), cancellationToken);
        return found.Count > 0 ? found
            : Parse(hint) is { } hinted ? [hinted]
            : throw new InvalidOperationException(
                $"No address is known for the peer endpoint of {node}; set services__{node}__peer__0=tcp://HOST:PORT.");
    }

    private static EndPoint? Parse(string hint) =>
        Uri.TryCreate($"tcp://{hint}", UriKind.Absolute, out var address) && address.Port > 0 ? ServiceAddresses.ToEndPoint(address) : null;
}
