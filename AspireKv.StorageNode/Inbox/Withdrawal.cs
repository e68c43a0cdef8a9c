using AspireKv.StorageNode.Identity;
using AspireKv.StorageNode.Partitions;
using AspireKv.Transport.Server;

namespace AspireKv.StorageNode.Inbox;

/// <summary>
/// What a failed disk means for those outside: a node that keeps nothing more must take part in no quorum, so that its streams end and
/// others are asked at once. Where the failure is damage that the node can leave behind, or the files are old, it begins anew.
/// </summary>
internal sealed class Withdrawal(StorageWatch storage, PeerConnectionHandler peers, LifeRegister lives, NewLife newLife)
{
    /// <summary>
    /// Waits for the failure of the storage, and for word that its files are old; what came before counts too.
    /// </summary>
    public void Arm()
    {
        storage.Failed.ContinueWith(
            failed => Withdraw($"its storage failed: {failed.Result.Exception.Message}", failed.Result.MayBeginAnew),
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
        lives.Superseded.ContinueWith(
            superseded => Withdraw(superseded.Result, mayBeginAnew: true),
            CancellationToken.None,
            TaskContinuationOptions.None,
            TaskScheduler.Default);
    }

    private void Withdraw(string reason, bool mayBeginAnew)
    {
        peers.Withdraw(reason);
        if (mayBeginAnew)
        {
            newLife.Begin();
        }
    }
}
