using System.Net;
using AspireKv.Access.Nodes;
using AspireKv.ServiceDefaults;
using Microsoft.Extensions.ServiceDiscovery;

namespace AspireKv.Gateway;

/// <summary>The addresses of nodes as service discovery knows them, or as they said themselves.</summary>
internal sealed class ServiceDiscoveryAddresses(ServiceEndpointResolver resolver) : INodeAddresses
{
    public ValueTask<IReadOnlyList<EndPoint>> ResolveAsync(string name, string hint, CancellationToken cancellationToken) =>
        PeerAddress.ResolveAsync(resolver, name, hint, cancellationToken);
}
