using System.Net;
using Microsoft.Extensions.ServiceDiscovery;

namespace AspireKv.ServiceDefaults;

/// <summary>The addresses of a service as service discovery knows them.</summary>
public static class ServiceAddresses
{
    /// <summary>All that can be dialled, in the order of service discovery; a name is not looked up.</summary>
    /// <param name="resolver">What knows.</param>
    /// <param name="service">The service as service discovery wants it, such as <c>http://auth</c>.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    public static async ValueTask<IReadOnlyList<EndPoint>> FindAsync(
        ServiceEndpointResolver resolver, string service, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(resolver);

        var source = await resolver.GetEndpointsAsync(service, cancellationToken);
        return [.. source.Endpoints.Select(endpoint => ToDial(endpoint.EndPoint)).OfType<EndPoint>()];
    }

    /// <summary>Null for what has no port.</summary>
    private static EndPoint? ToDial(EndPoint endPoint) => endPoint switch
    {
        IPEndPoint { Port: > 0 } or DnsEndPoint { Port: > 0 } => endPoint,
        UriEndPoint { Uri.Port: > 0 } address => ToEndPoint(address.Uri),
        _ => null,
    };

    internal static EndPoint ToEndPoint(Uri uri) =>
        IPAddress.TryParse(uri.DnsSafeHost, out var address)
            ? new IPEndPoint(address, uri.Port)
            : new DnsEndPoint(uri.DnsSafeHost, uri.Port);
}
