using System.Net;
using System.Net.Sockets;
using AspireKv.Transport.Frames;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging;

namespace AspireKv.Transport.Client;

/// <summary>Opens sockets and gives them the pipes that Kestrel's accepted ones have.</summary>
internal sealed class Dialer(PeerTransportOptions options, ILogger logger) : IDisposable
{
    private readonly SocketConnectionContextFactory _contexts = new(
        new SocketConnectionFactoryOptions { UnsafePreferInlineScheduling = options.UnsafePreferInlineScheduling }, logger);

    public async Task<ConnectionContext> DialAsync(EndPoint endPoint, CancellationToken cancellationToken)
    {
        var socket = endPoint is UnixDomainSocketEndPoint
            ? new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified)
            : new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(endPoint, cancellationToken);
            UnsentBytes.Limit(socket);
            return _contexts.Create(socket);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    public void Dispose() => _contexts.Dispose();
}
