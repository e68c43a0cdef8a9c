using System.Net;
using System.Net.Sockets;

namespace AspireKv.Dialing;

/// <summary>The addresses of an HTTP server.</summary>
public static class HttpDialing
{
    /// <summary>
    /// Lets the handler reach a host at whichever of its addresses answers. By itself it tries one after the other and waits at each for as
    /// long as the system does, which is longer than it has time to connect.
    /// </summary>
    public static void UseEveryAddress(this SocketsHttpHandler handler, AddressRace race)
    {
        ArgumentNullException.ThrowIfNull(handler);
        ArgumentNullException.ThrowIfNull(race);
        var timeLimit = handler.ConnectTimeout > TimeSpan.Zero ? handler.ConnectTimeout : TimeSpan.MaxValue;
        handler.ConnectCallback = async (context, cancellationToken) =>
            await race.RunAsync<Stream>([context.DnsEndPoint], DialAsync, timeLimit, cancellationToken);
    }

    private static async Task<Stream> DialAsync(EndPoint endPoint, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(endPoint, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
