using AspireKv.Cluster.Coordination.Tasks;
using AspireKv.Cluster.Keys;
using AspireKv.Storage;
using AspireKv.Storage.Failures;
using AspireKv.StorageNode.Partitions;
using Microsoft.Extensions.Options;

namespace AspireKv.StorageNode.Housekeeping;

/// <summary>
/// Removes the marks of deleted keys, by proof and never by age: the coordinator purges a tombstone once every node that holds the
/// partition has answered under its ballot that it holds it. One node down holds back every purge of its partitions.
/// </summary>
internal sealed class TombstonePurge(
    StorageEngine engine, TombstoneMetrics metrics, TimeProvider time, IOptions<TombstoneOptions> options)
{
    /// <summary>How long the purges of one batch may take before they are given up until the next pass.</summary>
    private static readonly TimeSpan PurgeTimeout = TimeSpan.FromSeconds(1);

    /// <summary>Purges what tombstones the partition has, up to the bound of a batch.</summary>
    /// <returns>How many tombstones the batch had, and how many of them are gone.</returns>
    public async Task<(int Begun, int Purged)> RunAsync(PartitionHost host, CancellationToken stoppingToken)
    {
        var found = new TaskCompletionSource<IReadOnlyList<StoreKey>>(TaskCreationOptions.RunContinuationsAsynchronously);
        if (!engine.TryRead(() => found.SetResult(FindTombstones(host.Partition))))
        {
            return (0, 0);
        }

        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var keys = await found.Task.WaitAsync(stoppingToken);
        if (keys.Count == 0)
        {
            return (0, 0);
        }

        var left = keys.Count;
        List<PendingPurge> purges = [.. keys.Select(key => new PendingPurge(key, OnEnded))];
        foreach (var purge in purges)
        {
            host.Submit(purge);
        }

        try
        {
            await ended.Task.WaitAsync(PurgeTimeout, time, stoppingToken);
        }
        catch (TimeoutException)
        {
            foreach (var purge in purges)
            {
                host.Abandon(purge);
            }
        }

        var purged = purges.Count(static purge => purge.IsPurged);
        metrics.Purged(purged);
        return (purges.Count, purged);

        void OnEnded()
        {
            if (Interlocked.Decrement(ref left) == 0)
            {
                ended.SetResult();
            }
        }
    }

    /// <summary>None when the disk could not be read: the engine took note, and the node takes part in no quorum any more.</summary>
    private IReadOnlyList<StoreKey> FindTombstones(int partition)
    {
        try
        {
            return [.. engine.FindTombstones(partition, options.Value.MaxPurgesPerPartition).Select(static tombstone => tombstone.Key)];
        }
        catch (Exception exception) when (exception is StorageDamagedException or StorageUnavailableException)
        {
            return [];
        }
    }
}
