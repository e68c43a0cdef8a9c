using System.Net;
using System.Net.Sockets;
using AspireKv.ServiceDefaults.StartUp;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace AspireKv.ServiceDefaults.Listening;

/// <summary>
/// Which option says to listen where. The system says only what is wrong with an address, neither which one nor who asked for it.
/// </summary>
public sealed class ListenerNames
{
    /// <summary>The option of the service's own addresses.</summary>
    internal const string Urls = "urls, ASPNETCORE_URLS";

    private readonly Dictionary<EndPoint, string> _options = [];

    /// <summary>Names the option that asks for an endpoint; the server's own is the one of all others.</summary>
    public void Add(EndPoint endpoint, string option) => _options[endpoint] = option;

    /// <summary>Opens the socket of a listener as the server itself does.</summary>
    /// <exception cref="StartUpException">The system does not let this process listen there.</exception>
    internal Socket Open(EndPoint endpoint)
    {
        try
        {
            return SocketTransportOptions.CreateDefaultBoundListenSocket(endpoint);
        }
        catch (SocketException exception) when (exception.SocketErrorCode != SocketError.AddressAlreadyInUse)
        {
            throw new StartUpException(
                $"{endpoint} ({_options.GetValueOrDefault(endpoint, Urls)}) cannot be listened on: {exception.Message}. The address must "
                + "be one of this machine's, and the port one that this user may open.");
        }
    }
}
