using AspireKv.Dialing;
using Yarp.ReverseProxy.Forwarder;

namespace AspireKv.Gateway.Proxy;

/// <summary>
/// The proxy's HTTP client, which only logins use: it reaches the auth service at whichever of its addresses answers.
/// </summary>
internal sealed class AuthClientFactory(AddressRace addresses, ILogger<ForwarderHttpClientFactory> logger)
    : ForwarderHttpClientFactory(logger)
{
    /// <summary>Of the time that a login has.</summary>
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(2);

    protected override void ConfigureHandler(ForwarderHttpClientContext context, SocketsHttpHandler handler)
    {
        base.ConfigureHandler(context, handler);
        handler.ConnectTimeout = ConnectTimeout;
        handler.UseEveryAddress(addresses);
    }
}
