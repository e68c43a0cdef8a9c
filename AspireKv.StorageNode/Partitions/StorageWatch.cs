using AspireKv.Storage.Observers;

namespace AspireKv.StorageNode.Partitions;

/// <summary>Hears of the storage from its opening on: passes on what became durable, and keeps the failure for later askers.</summary>
internal sealed class StorageWatch(DurableAnswers durableAnswers) : IStorageObserver
{
    private readonly TaskCompletionSource<StorageFailure> _failed = new();

    /// <summary>Ends with the failure of the storage; what is to run then runs on the thread that found the failure.</summary>
    public Task<StorageFailure> Failed => _failed.Task;

    public void OnDurable(long position) => durableAnswers.Release(position);

    public void OnFailed(Exception failure, bool mayBeginAnew) => _failed.TrySetResult(new StorageFailure(failure, mayBeginAnew));
}
