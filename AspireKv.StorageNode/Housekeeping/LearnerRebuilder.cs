using AspireKv.StorageNode.Identity;
using AspireKv.StorageNode.Partitions;
using Microsoft.Extensions.Options;

namespace AspireKv.StorageNode.Housekeeping;

/// <summary>
/// Lets the partitions that this node coordinates rebuild the replicas that lost what they held, a few at a time, and tells how far this
/// node itself is rebuilt. The partitions do the work; see <see cref="Cluster.Partitions.PartitionState.StartRebuild"/>.
/// </summary>
internal sealed class LearnerRebuilder(
    LocalNode self, HostedPartitions hosted, TimeProvider time, IOptions<RebuildOptions> options, ILogger<LearnerRebuilder> logger)
    : BackgroundService
{
    private int _learning;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.Value.Interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            var partitions = hosted.All;
            var running = 0;
            for (var i = 0; i < partitions.Count && running < options.Value.MaxPartitions; i++)
            {
                running += partitions[i].StartRebuild() ? 1 : 0;
            }

            TellProgress(partitions.Count(partition => partition.AwaitsRebuild));
        }
    }

    private void TellProgress(int learning)
    {
        if (learning != _learning)
        {
            if (learning == 0)
            {
                Log.Rebuilt(logger, self.Name);
            }
            else
            {
                Log.Learning(logger, self.Name, learning);
            }

            _learning = learning;
        }
    }
}
