using Microsoft.Extensions.Primitives;
using Microsoft.Extensions.ServiceDiscovery;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.ServiceDiscovery;

namespace AspireKv.Gateway.Proxy;

/// <summary>
/// Replaces the name of an HTTP destination by the addresses that service discovery knows. Storage nodes keep their names: their streams
/// look them up at each attempt to connect.
/// </summary>
internal sealed class AuthDestinationResolver(ServiceEndpointResolver resolver) : IDestinationResolver
{
    public async ValueTask<ResolvedDestinationCollection> ResolveDestinationsAsync(
        IReadOnlyDictionary<string, DestinationConfig> destinations, CancellationToken cancellationToken)
    {
        var resolved = new Dictionary<string, DestinationConfig>();
        var tokens = new List<IChangeToken>();
        foreach (var (name, destination) in destinations)
        {
            if (!destination.Address.StartsWith(Uri.UriSchemeHttp, StringComparison.Ordinal))
            {
                resolved.Add(name, destination);
                continue;
            }

            var source = await resolver.GetEndpointsAsync(destination.Address, cancellationToken);
            tokens.Add(source.ChangeToken);
            foreach (var (index, endpoint) in source.Endpoints.Index())
            {
                var address = endpoint.ToString()!;
                var url = address.Contains("://", StringComparison.Ordinal) ? address : $"http://{address}";
                resolved.Add($"{name}[{index}]", destination with { Address = url });
            }
        }

        return new ResolvedDestinationCollection(resolved, tokens.Count == 0 ? null : new CompositeChangeToken(tokens));
    }
}
