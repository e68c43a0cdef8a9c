using System.Diagnostics;
using AspireKv.Cluster.Messages;
using AspireKv.Transport.Contracts;

namespace AspireKv.StorageNode.Partitions;

/// <summary>An answer of this node's replica, to a peer or to this node's own coordinator.</summary>
/// <param name="AfterPosition">The log position that must be durable first.</param>
/// <param name="Response">The answer.</param>
/// <param name="Connection">The peer's connection; null for the own coordinator.</param>
/// <param name="Own">The own coordinator.</param>
/// <param name="Wait">The span of the wait for the disk, or null when the operation is not sampled.</param>
internal sealed record HeldAnswer(
    long AfterPosition, PeerResponse Response, IPeerConnection? Connection, IOwnCoordinator Own, Activity? Wait)
{
    public void Deliver()
    {
        Wait?.Dispose();
        if (Connection is null)
        {
            Own.OnOwnResponse(Response);
        }
        else
        {
            Connection.Send(Response);
        }
    }
}
