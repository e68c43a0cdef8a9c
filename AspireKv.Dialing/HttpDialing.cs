using System.Net;
using System.Net.Sockets;

namespace AspireKv.Dialing;

/// <summary>The addresses of an HTTP server.</summary>
public static class HttpDialing
{
    /// <summary>
    /// Lets the handler reach a server at whichever of its addresses answers. By itself it tries those of one host, one after the other,
    /// and waits at each for as long as the system does, which is longer than it has time to connect. Only connecting is taken elsewhere:
    /// a request that was sent may have been received.
    /// </summary>
    /// <param name="handler">The handler.</param>
    /// <param name="race">What tries the addresses.</param>
    /// <param name="findOthers">
    /// Where else the server may be, tried after the host of the request. With TLS whoever answers must prove the name of that host.
    /// </param>
    public static void UseEveryAddress(
        this SocketsHttpHandler handler, AddressRace race, Func<CancellationToken, ValueTask<IReadOnlyList<EndPoint>>> findOthers)
    {
        ArgumentNullException.ThrowIfNull(handler);
        ArgumentNullException.ThrowIfNull(race);
        ArgumentNullException.ThrowIfNull(findOthers);
        var timeLimit = handler.ConnectTimeout > TimeSpan.Zero ? handler.ConnectTimeout : TimeSpan.MaxValue;
        handler.ConnectCallback = async (context, cancellationToken) =>
            await race.RunAsync<Stream>(
                [context.DnsEndPoint, .. await findOthers(cancellationToken)], DialAsync, timeLimit, cancellationToken);
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
