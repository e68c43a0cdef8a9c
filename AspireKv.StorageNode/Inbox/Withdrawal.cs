using AspireKv.Storage;
using AspireKv.StorageNode.Identity;
using AspireKv.Transport.Server;

namespace AspireKv.StorageNode.Inbox;

/// <summary>
/// What a failed disk means for those outside: a node that keeps nothing more must take part in no quorum, so that its streams end and
/// others are asked at once. Where the failure is damage that the node can leave behind, it begins anew.
/// </summary>
internal sealed class Withdrawal(StorageEngine engine, PeerConnectionHandler peers, NewLife newLife)
{
    /// <summary>Waits for the failure of the engine; one that came before counts too.</summary>
    public void Arm()
    {
        engine.OnFailure = OnFailure;

        // A failure from here on calls OnFailure; one from before is seen below. Without the fence both could be missed.
        Interlocked.MemoryBarrier();
        if (engine.Failure is { } failed)
        {
            OnFailure(failed);
        }
    }

    private void OnFailure(Exception failure)
    {
        peers.Withdraw($"its storage failed: {failure.Message}");
        if (engine.MayBeginAnew)
        {
            newLife.Begin();
        }
    }
}
