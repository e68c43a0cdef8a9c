using System.Net;
using Microsoft.Extensions.ServiceDiscovery;

namespace AspireKv.StorageNode.Peers;

/// <summary>Finds where this process is to dial a member: the endpoint <c>peer</c> of the service with the member's name.</summary>
internal sealed class MemberAddresses(ServiceEndpointResolver resolver)
{
    /// <exception cref="InvalidOperationException">Nothing is configured for the member.</exception>
    public async ValueTask<EndPoint> ResolveAsync(string member, CancellationToken cancellationToken)
    {
        var source = await resolver.GetEndpointsAsync($"tcp://_peer.{member}", cancellationToken);
        foreach (var endpoint in source.Endpoints)
        {
            switch (endpoint.EndPoint)
            {
                case UriEndPoint { Uri: var uri }:
                    return IPAddress.TryParse(uri.Host, out var address) ? new IPEndPoint(address, uri.Port) : new DnsEndPoint(uri.Host, uri.Port);
                case IPEndPoint { Port: > 0 } or DnsEndPoint { Port: > 0 }:
                    return endpoint.EndPoint;
            }
        }

        throw new InvalidOperationException($"No address is known for {member}: set services__{member}__peer__0, such as tcp://127.0.0.1:7101.");
    }
}
