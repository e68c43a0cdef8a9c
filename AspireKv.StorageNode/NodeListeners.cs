using System.Net;
using AspireKv.ServiceDefaults.StartUp;
using AspireKv.StorageNode.Identity;
using AspireKv.Transport.Server;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace AspireKv.StorageNode;

/// <summary>
/// Where the node listens. The peers' port is a listener of its own. Once one endpoint is named in code the server ignores its URLs, and
/// says so: they are opened here, and taken from it.
/// </summary>
internal static class NodeListeners
{
    public static void AddNodeListeners(this WebApplicationBuilder builder)
    {
        var urls = Urls(builder.Configuration).ToArray();
        // No address, but not empty either: the server would then look for them again where it found them first.
        builder.WebHost.UseSetting(WebHostDefaults.ServerUrlsKey, ";");
        builder.WebHost.ConfigureKestrel((context, kestrel) =>
        {
            kestrel.AddServerHeader = false;
            // The handler stands over the node's files. It is asked for by connections and not here, where options are not judged yet.
            kestrel.Listen(PeerEndpoint(context.Configuration), listen => listen.Run(
                connection => kestrel.ApplicationServices.GetRequiredService<PeerConnectionHandler>().OnConnectedAsync(connection)));
            foreach (var url in urls)
            {
                Listen(kestrel, BindingAddress.Parse(url));
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

    private static void Listen(KestrelServerOptions kestrel, BindingAddress address)
    {
        if (address.Scheme != Uri.UriSchemeHttp)
        {
            throw new StartUpException(
                $"A node listens with plain HTTP only, not with {address}; put TLS in front of it where it is needed.");
        }

        if (IPAddress.TryParse(address.Host, out var ip))
        {
            kestrel.Listen(ip, address.Port);
        }
        else if (address.Host == "localhost")
        {
            kestrel.ListenLocalhost(address.Port);
        }
        else
        {
            kestrel.ListenAnyIP(address.Port);
        }
    }

    /// <summary>Where the HTTP side listens, as ASP.NET Core reads it.</summary>
    private static IEnumerable<string> Urls(ConfigurationManager configuration) =>
        configuration[WebHostDefaults.ServerUrlsKey]?.Split(';', StringSplitOptions.RemoveEmptyEntries)
        ?? configuration[WebHostDefaults.HttpPortsKey]?.Split(';', StringSplitOptions.RemoveEmptyEntries).Select(port => $"http://*:{port}")
        ?? [];
}
