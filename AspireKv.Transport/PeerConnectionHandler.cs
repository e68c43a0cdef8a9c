using Microsoft.AspNetCore.Connections;

namespace AspireKv.Transport;

/// <summary>
/// The accepting end, for Kestrel: <c>listen.UseConnectionHandler&lt;PeerConnectionHandler&gt;()</c>. Needs a <see cref="LocalPeer"/> and an
/// <see cref="IPeerRequestHandler"/> in the container.
/// </summary>
public sealed class PeerConnectionHandler : ConnectionHandler
{
    /// <summary>Connections with a finished handshake.</summary>
    public IReadOnlyList<IPeerConnection> Connections => throw new NotImplementedException();

    public override Task OnConnectedAsync(ConnectionContext connection) => throw new NotImplementedException();
}
