using System.Collections.Concurrent;
using AspireKv.Storage.Observers;

namespace AspireKv.StorageBench;

/// <summary>Hands on the positions that became durable, in their order.</summary>
internal sealed class DurableQueue : IStorageObserver
{
    private readonly BlockingCollection<long> _positions = [];

    /// <summary>Waits for the next position that became durable.</summary>
    public long Take() => _positions.Take();

    public void OnDurable(long position) => _positions.Add(position);

    public void OnFailed(Exception failure, bool mayBeginAnew) => Environment.FailFast("The storage failed.", failure);
}
