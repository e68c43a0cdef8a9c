using System.Net;
using AspireKv.ServiceDefaults.Listening;
using AspireKv.ServiceDefaults.StartUp;
using AspireKv.StorageNode.Identity;
using AspireKv.Transport;
using AspireKv.Transport.Server;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Options;

namespace AspireKv.StorageNode;

/// <summary>Where the node listens: for its peers, and for whoever asks for its health over HTTP.</summary>
internal static class NodeListeners
{
    private const string PeerEndpointKey = $"{NodeOptions.SectionName}:{nameof(NodeOptions.PeerEndpoint)}";

    /// <exception cref="StartUpException">An address cannot be listened on as it is written.</exception>
    public static void AddNodeListeners(this WebApplicationBuilder builder)
    {
        var addresses = ListenAddress.Read(builder.Configuration);
        if (addresses.FirstOrDefault(static address => address.IsHttps) is { } https)
        {
            throw new StartUpException(
                $"a node listens with plain HTTP only, not on {https.Text}; put TLS in front of it where it is needed.");
        }

        builder.AddListeners(addresses);
        builder.Services.AddListenerOptions();
        builder.Services.AddOptions<ListenerNames>().Configure<IConfiguration>(
            static (names, configuration) => names.Add(PeerEndpoint(configuration), PeerEndpointKey));

        // The handler stands over the node's files. Connections ask for it; here, options are not judged yet.
        builder.WebHost.ConfigureKestrel(static (context, kestrel) => kestrel.Listen(
            new SlowDoor(PeerEndpoint(context.Configuration), () => MaxUndecided(kestrel.ApplicationServices)),
            listen => listen.Run(connection => kestrel.ApplicationServices.GetRequiredService<PeerConnectionHandler>()
                .OnConnectedAsync(connection, onAuthenticated: SlowDoor.Admit))));
    }

    /// <summary>One more than may be in their handshake: the newest ends another one, and the door waits until that is closed.</summary>
    private static int MaxUndecided(IServiceProvider services) =>
        services.GetRequiredService<IOptions<PeerTransportOptions>>().Value.MaxPendingHandshakes + 1;

    private static IPEndPoint PeerEndpoint(IConfiguration configuration) =>
        IPEndPoint.TryParse(configuration[PeerEndpointKey] ?? "", out var endpoint) && endpoint.Port != 0
            ? endpoint
            : throw new StartUpException(
                $"{PeerEndpointKey} is '{configuration[PeerEndpointKey]}'; it must be an IP address and a port, such as 127.0.0.1:7101.");
}
