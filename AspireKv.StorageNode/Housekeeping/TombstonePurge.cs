using AspireKv.Cluster.Coordination.Tasks;
using AspireKv.Storage;
using AspireKv.Storage.Failures;
using AspireKv.StorageNode.Partitions;
using Microsoft.Extensions.Options;

namespace AspireKv.StorageNode.Housekeeping;

/// <summary>
/// Removes the marks of deleted keys, by proof and never by age: the coordinator purges a tombstone once every node that holds the
/// partition has answered under its ballot that it holds it. One node down holds back every purge of its partitions.
/// </summary>
internal sealed class TombstonePurge(StorageEngine engine, TimeProvider time, IOptions<TombstoneOptions> options)
{
    /// <summary>How long the purges of one partition may take before they are given up until the next sweep.</summary>
    private static readonly TimeSpan PurgeTimeout = TimeSpan.FromSeconds(1);

    /// <summary>Purges what tombstones the partition has, up to the bound of a sweep.</summary>
    public async Task RunAsync(PartitionHost host, CancellationToken stoppingToken)
    {
        List<PendingPurge> purges;
        try
        {
            purges =
            [
                .. engine.FindTombstones(host.Partition, options.Value.MaxPurgesPerPartition)
                    .Select(tombstone => new PendingPurge(tombstone.Key)),
            ];
        }
        catch (Exception exception) when (exception is StorageDamagedException or StorageUnavailableException)
        {
            // The engine took note: the node takes part in no quorum any more.
            return;
        }

        if (purges.Count == 0)
        {
            return;
        }

        foreach (var purge in purges)
        {
            host.Submit(purge);
        }

        var started = time.GetTimestamp();
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50), time);
        while (purges.Exists(purge => !purge.IsDone) && time.GetElapsedTime(started) < PurgeTimeout)
        {
            await timer.WaitForNextTickAsync(stoppingToken);
        }

        foreach (var purge in purges)
        {
            if (!purge.IsDone)
            {
                host.Abandon(purge);
            }
        }
    }
}
