using AspireKv.Gateway.Settings;
using AspireKv.ServiceDefaults;
using AspireKv.ServiceDefaults.Listening;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Options;

namespace AspireKv.Gateway;

/// <summary>How the gateway listens to its clients.</summary>
internal static class ListenerServices
{
    private const string DefaultUrl = "http://127.0.0.1:3000";

    /// <summary>Sets where the server listens and what it bears of a client.</summary>
    public static void AddListener(this WebApplicationBuilder builder)
    {
        builder.AddListeners(ListenAddress.Read(builder.Configuration, DefaultUrl));
        builder.Services.AddConnectionLimits(static provider =>
        {
            var options = provider.GetRequiredService<IOptions<GatewayOptions>>().Value;
            return new ConnectionLimits(
                options.MaxConnections, options.MaxConnectionsPerAddress, TrustedNetworks.Parse(options.TrustedProxies));
        });
        builder.Services.AddOptions<SocketTransportOptions>().Configure<IOptions<GatewayOptions>>(
            static (sockets, gateway) => sockets.UnsafePreferInlineScheduling = gateway.Value.UnsafePreferInlineScheduling);
        builder.Services.AddOptions<KestrelServerOptions>().Configure<IOptions<GatewayOptions>>(static (server, gateway) =>
        {
            var options = gateway.Value;
            var rate = ListenerExtensions.Rate(options.MinBytesPerSecond);
            server.AddServerHeader = false;
            server.Limits.MaxConcurrentUpgradedConnections = 0;
            server.Limits.KeepAliveTimeout = options.IdleTimeout;
            server.Limits.RequestHeadersTimeout = options.HeadersTimeout;

            // A key of 1,024 bytes may come as 3,072 characters.
            server.Limits.MaxRequestLineSize = 4 * 1024;
            server.Limits.MinRequestBodyDataRate = rate;
            server.Limits.MinResponseDataRate = rate;
        });
    }
}
