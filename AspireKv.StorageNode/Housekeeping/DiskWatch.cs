using System.Diagnostics.Metrics;
using AspireKv.Cluster.Status;
using AspireKv.Storage;
using AspireKv.StorageNode.Identity;
using AspireKv.StorageNode.Peers;
using AspireKv.StorageNode.Telemetry;
using Microsoft.Extensions.Options;

namespace AspireKv.StorageNode.Housekeeping;

/// <summary>Looks at the disk of this node several times a second, and says so where others should coordinate rather than it.</summary>
internal sealed class DiskWatch : BackgroundService
{
    private readonly StorageEngine _engine;
    private readonly PeerLinks _peers;
    private readonly OwnDisk _own;
    private readonly DiskRule _rule;
    private readonly TimeProvider _time;
    private readonly ILogger<DiskWatch> _logger;

    public DiskWatch(
        StorageEngine engine,
        PeerLinks peers,
        OwnDisk own,
        IMeterFactory meters,
        TimeProvider time,
        IOptions<SlowDiskOptions> options,
        ILogger<DiskWatch> logger)
    {
        (_engine, _peers, _own, _time, _logger) = (engine, peers, own, time, logger);
        _rule = new DiskRule(options.Value.SlowFrom, options.Value.After, options.Value.WellAfter);
        meters.CreateNodeMeter().CreateObservableGauge(
            "aspirekv.disk.slow",
            () => own.Disk.IsSlow ? 1 : 0,
            description: "1 while the syncs of this node take much longer than those of the others, so that these coordinate its "
            + "partitions.");
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(SlowDiskOptions.LookInterval, _time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            var others = _peers.SyncTimes;
            var (before, now) = (_own.Disk, _rule.Look(_time.GetElapsedTime(0), _engine.SyncTime, _engine.IsFull, others));
            _own.Disk = now;
            Tell(before, now, others);
        }
    }

    private void Tell(DiskCondition before, DiskCondition now, IReadOnlyCollection<TimeSpan> others)
    {
        if (now.IsSlow && !before.IsSlow)
        {
            Log.DiskSlow(_logger, now.SyncTime.TotalMilliseconds, others.DefaultIfEmpty().Max().TotalMilliseconds);
        }
        else if (before.IsSlow && !now.IsSlow)
        {
            Log.DiskWell(_logger);
        }
    }
}
