using AspireKv.StorageNode.Identity;
using AspireKv.StorageNode.Partitions;
using AspireKv.Transport.Server;

namespace AspireKv.StorageNode.Inbox;

/// <summary>
/// What a failed disk means for those outside: a node that keeps nothing more must take part in no quorum, so that its streams end and
/// others are asked at once. Where the failure is damage that the node can leave behind, it begins anew.
/// </summary>
internal sealed class Withdrawal(StorageWatch storage, PeerConnectionHandler peers, NewLife newLife)
{
    /// <summary>Waits for the failure of the storage; one that came before counts too.</summary>
    public void Arm() => storage.Failed.ContinueWith(
        failed =>
        {
            peers.Withdraw($"its storage failed: {failed.Result.Exception.Message}");
            if (failed.Result.MayBeginAnew)
            {
                newLife.Begin();
            }
        },
        CancellationToken.None,
        TaskContinuationOptions.ExecuteSynchronously,
        TaskScheduler.Default);
}
