using System.Net;
using AspireKv.ServiceDefaults.Listening;
using AspireKv.ServiceDefaults.StartUp;
using AspireKv.StorageNode.Identity;
using AspireKv.Transport.Server;
using Microsoft.AspNetCore.Connections;

namespace AspireKv.StorageNode;

/// <summary>
/// Where the node listens. The peers' port is a listener of its own. Once one endpoint is named in code the server ignores its URLs, and
/// says so: they are opened here, and taken from it.
/// </summary>
internal static class NodeListeners
{
    /// <exception cref="StartUpException">An address cannot be listened on as it is written.</exception>
    public static void AddNodeListeners(this WebApplicationBuilder builder)
    {
        var addresses = ListenAddress.Read(builder.Configuration);
        if (addresses.FirstOrDefault(static address => address.IsHttps) is { } https)
        {
            throw new StartUpException(
                $"a node listens with plain HTTP only, not on {https.Text}; put TLS in front of it where it is needed.");
        }

        // No address, but not empty either: the server would then look for them again where it found them first.
        builder.WebHost.UseSetting(WebHostDefaults.ServerUrlsKey, ";");
        builder.Services.AddListenerOptions();
        builder.WebHost.ConfigureKestrel((context, kestrel) =>
        {
            // The handler stands over the node's files. It is asked for by connections and not here, where options are not judged yet.
            kestrel.Listen(PeerEndpoint(context.Configuration), listen => listen.Run(
                connection => kestrel.ApplicationServices.GetRequiredService<PeerConnectionHandler>().OnConnectedAsync(connection)));
            foreach (var address in addresses)
            {
                kestrel.Listen(address, static listen => listen.LimitConnections());
            }
        });
    }

    private static IPEndPoint PeerEndpoint(IConfiguration configuration)
    {
        const string Key = $"{NodeOptions.SectionName}:{nameof(NodeOptions.PeerEndpoint)}";
        return IPEndPoint.TryParse(configuration[Key] ?? "", out var endpoint) && endpoint.Port != 0
            ? endpoint
            : throw new StartUpException($"{Key} is '{configuration[Key]}'; it must be an IP address and a port, such as 127.0.0.1:7101.");
    }
}
