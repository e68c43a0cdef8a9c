using AspireKv.Cluster.Housekeeping;
using AspireKv.StorageNode.Identity;
using AspireKv.StorageNode.Partitions;
using Microsoft.Extensions.Options;

namespace AspireKv.StorageNode.Housekeeping;

/// <summary>
/// Carries out what <see cref="Chores"/> plans for the partitions of this node, and tells how far this node itself is rebuilt. All of it
/// runs in one loop but the purges, which read the disk: nothing waits for them but the rest of their pass.
/// </summary>
internal sealed class Housekeeper(
    LocalNode self,
    HostedPartitions hosted,
    TombstonePurge tombstones,
    TimeProvider time,
    IOptions<PartitionOptions> ticks,
    IOptions<RebuildOptions> rebuild,
    IOptions<TombstoneOptions> purges,
    IOptions<HandBackOptions> handBacks,
    IOptions<RepairOptions> repairs,
    ILogger<Housekeeper> logger)
    : BackgroundService
{
    /// <summary>
    /// Clients take the ballots of the keys that they use; this is for the others, and longer than a node takes to promise to another one.
    /// </summary>
    private static readonly TimeSpan TakeOverInterval = TimeSpan.FromMilliseconds(150);

    private readonly Chores _chores = new(new ChoreOptions
    {
        TickInterval = ticks.Value.TickInterval,
        TakeOverInterval = TakeOverInterval,
        RebuildInterval = rebuild.Value.Interval,
        MaxRebuilds = rebuild.Value.MaxPartitions,
        MoveInterval = RepairOptions.LookInterval,
        MaxMoves = repairs.Value.MaxPartitions,
        PurgeInterval = purges.Value.PurgeInterval,
        MaxPurges = purges.Value.MaxPurgesPerPartition,
        RepairLookInterval = RepairOptions.LookInterval,
        RepairInterval = repairs.Value.Interval,
        DoubtInterval = RepairOptions.DoubtInterval,
        MaxComparisons = repairs.Value.MaxPartitions,
        HandOnInterval = SlowDiskOptions.HandOnInterval,
        MaxHandOns = SlowDiskOptions.MaxHandOns,
        HandBackInterval = HandBackOptions.Interval,
        MaxHandBacks = handBacks.Value.MaxPerSecond,
        HandBackAfter = handBacks.Value.After,
        MaxHandBackAfter = handBacks.Value.MaxAfter,
    });

    /// <summary>The purge that is under way, or null.</summary>
    private Task<(int Begun, int Purged)>? _purge;

    private int _learning;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (true)
            {
                var partitions = hosted.All;
                DoChores(partitions, stoppingToken);
                TellProgress(partitions.Count(static partition => partition.AwaitsRebuild));
                await WaitAsync(stoppingToken);
            }
        }
        finally
        {
            // The engine below is closed once this service has ended.
            await ((Task?)_purge ?? Task.CompletedTask).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private void DoChores(IReadOnlyList<PartitionHost> partitions, CancellationToken stoppingToken)
    {
        foreach (var chore in _chores.Next(Now(), partitions, isPurging: _purge is not null))
        {
            var partition = partitions[chore.Partition];
            switch (chore.Kind)
            {
                case ChoreKind.Tick:
                    partition.Tick();
                    break;
                case ChoreKind.TakeOver:
                    partition.TakeOver();
                    break;
                case ChoreKind.Rebuild:
                    partition.StartRebuild();
                    break;
                case ChoreKind.Move:
                    partition.StartSweep();
                    break;
                case ChoreKind.Purge:
                    _purge = tombstones.RunAsync(partition, stoppingToken);
                    break;
                case ChoreKind.Repair:
                    partition.StartComparison();
                    break;
                case ChoreKind.HandBack:
                    Log.HandingBack(logger, chore.Partition);
                    partition.HandOver();
                    break;
                case ChoreKind.HandOn:
                    Log.HandingOn(logger, chore.Partition);
                    partition.HandOver();
                    break;
            }
        }
    }

    /// <summary>Waits until a chore may be due, or the purge under way has ended.</summary>
    private async Task WaitAsync(CancellationToken stoppingToken)
    {
        // Timers count whole milliseconds and cut off the rest: what is left of one would be waited for in a circle.
        var milliseconds = Math.Ceiling(Math.Max(0, (_chores.NextAt - Now()).TotalMilliseconds));
        var pause = Task.Delay(TimeSpan.FromMilliseconds(milliseconds), time, stoppingToken);
        await await Task.WhenAny(pause, _purge ?? pause);
        if (_purge is { IsCompleted: true } purge)
        {
            _purge = null;
            var (begun, purged) = await purge;
            _chores.EndPurge(begun, purged);
        }
    }

    private TimeSpan Now() => time.GetElapsedTime(0);

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
