using AspireKv.StorageNode.Partitions;
using Microsoft.Extensions.Options;

namespace AspireKv.StorageNode.Housekeeping;

/// <summary>Tells every partition the time, so that it can give up what waits too long.</summary>
internal sealed class PartitionClock(HostedPartitions partitions, TimeProvider time, IOptions<CoordinationOptions> options)
    : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.Value.TickInterval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            foreach (var partition in partitions.All)
            {
                partition.Tick();
            }
        }
    }
}
