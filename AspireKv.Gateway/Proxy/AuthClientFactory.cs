using AspireKv.Dialing;
using AspireKv.ServiceDefaults;
using Microsoft.Extensions.ServiceDiscovery;
using Yarp.ReverseProxy.Forwarder;

namespace AspireKv.Gateway.Proxy;

/// <summary>
/// The proxy's HTTP client, which only logins use: it reaches the auth service at whichever of its addresses answers, beginning with the
/// destination that the proxy chose.
/// </summary>
internal sealed class AuthClientFactory(
    AddressRace addresses, ServiceEndpointResolver resolver, ILogger<ForwarderHttpClientFactory> logger)
    : ForwarderHttpClientFactory(logger)
{
    /// <summary>Of the time that a login has.</summary>
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(2);

    protected override void ConfigureHandler(ForwarderHttpClientContext context, SocketsHttpHandler handler)
    {
        base.ConfigureHandler(context, handler);
        handler.ConnectTimeout = ConnectTimeout;
        handler.UseEveryAddress(
            addresses, cancellationToken => ServiceAddresses.FindAsync(resolver, ProxyConfig.AuthAddress, cancellationToken));
    }
}
