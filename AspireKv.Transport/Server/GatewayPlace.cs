using AspireKv.Transport.Contracts;

namespace AspireKv.Transport.Server;

/// <summary>The place of one connection among those of gateways, should it turn out to be one; given back when disposed.</summary>
internal sealed class GatewayPlace(ServedConnections all) : IDisposable
{
    private bool _isTaken;

    /// <summary>False when the peer is a gateway and there is no place for one more.</summary>
    public bool TryTake(PeerIdentity peer) => peer.Role != PeerRole.Gateway || (_isTaken = all.TryTakeGatewayPlace());

    public void Dispose()
    {
        if (_isTaken)
        {
            all.GiveGatewayPlaceBack();
        }
    }
}
