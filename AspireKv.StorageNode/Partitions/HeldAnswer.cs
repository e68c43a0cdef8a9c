using System.Diagnostics;
using AspireKv.Cluster.Messages;
using AspireKv.Transport.Contracts;

namespace AspireKv.StorageNode.Partitions;

/// <summary>An answer of this node's replica, to a peer or to this node's own coordinator.</summary>
/// <param name="AfterPosition">The WAL position that must be durable first.</param>
/// <param name="Response">The answer.</param>
/// <param name="Connection">The peer's connection; null for the own coordinator.</param>
/// <param name="Own">The own coordinator.</param>
/// <param name="HeldAt">When the answer was given, as a timestamp of the <see cref="TimeProvider"/>.</param>
/// <param name="Wait">The span of the wait for the disk, or null when the operation is not sampled.</param>
internal sealed record HeldAnswer(
    long AfterPosition, PeerResponse Response, IPeerConnection? Connection, IOwnCoordinator Own, long HeldAt, Activity? Wait)
{
    /// <summary>Longer than any operation may take; a peer that still wants an answer asks again once it is told that none comes.</summary>
    public static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(5);

    /// <summary>
    /// False when nobody waits for the answer any more. The own coordinator asks its replica once, so its questions are waited for as long
    /// as they are open.
    /// </summary>
    public bool IsWanted(TimeProvider time) =>
        Connection is null ? Own.Awaits(Response.Id) : Connection.IsConnected && time.GetElapsedTime(HeldAt) < MaxWait;

    /// <summary>Says, in the place of the answer, that none comes.</summary>
    public HeldAnswer ToUnanswered() => this with { Response = Response.ToUnanswered() };

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
