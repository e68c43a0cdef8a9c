using System.Diagnostics.Metrics;
using AspireKv.Storage;
using AspireKv.Storage.Failures;
using AspireKv.StorageNode.Partitions;
using AspireKv.StorageNode.Telemetry;
using Microsoft.Extensions.Options;

namespace AspireKv.StorageNode.Housekeeping;

/// <summary>
/// How many marks of deleted keys wait to be removed, and how many were. The count goes over an index of the disk, so a reader of the
/// engine does it: at most once in the interval of the purge passes, when somebody looks, who is shown the count before. A disk that hangs
/// holds up no scrape.
/// </summary>
internal sealed class TombstoneMetrics
{
    private readonly StorageEngine _engine;
    private readonly HostedPartitions _hosted;
    private readonly TimeProvider _time;
    private readonly IOptions<TombstoneOptions> _options;
    private readonly Lock _gate = new();

    /// <summary>The last count. Guarded by <see cref="_gate"/>, as is <see cref="_countedAt"/>.</summary>
    private (long All, long HeldBack) _last;

    private long? _countedAt;

    /// <summary>True while a reader counts. Guarded by <see cref="_gate"/>.</summary>
    private bool _isCounting;

    private long _purged;

    public TombstoneMetrics(
        IMeterFactory meters, StorageEngine engine, HostedPartitions hosted, TimeProvider time, IOptions<TombstoneOptions> options)
    {
        (_engine, _hosted, _time, _options) = (engine, hosted, time, options);
        var meter = meters.CreateNodeMeter();
        meter.CreateObservableCounter(
            "aspirekv.tombstones.purged",
            () => Interlocked.Read(ref _purged),
            "{tombstone}",
            "Marks of deleted keys that this node, as coordinator, had every replica remove.");
        meter.CreateObservableGauge(
            "aspirekv.tombstones",
            () => Count().All,
            "{tombstone}",
            "Marks of deleted keys in the partitions that this node coordinates; counted once in Tombstones:PurgeInterval.");
        meter.CreateObservableGauge(
            "aspirekv.tombstones.held",
            () => Count().HeldBack,
            "{tombstone}",
            "Those of them that cannot go, since a replica of their partition does not answer or is not rebuilt yet.");
    }

    /// <summary>Counts tombstones that every replica dropped.</summary>
    public void Purged(int count) => Interlocked.Add(ref _purged, count);

    private (long All, long HeldBack) Count()
    {
        lock (_gate)
        {
            if (!_isCounting && (_countedAt is not { } at || _time.GetElapsedTime(at) >= _options.Value.PurgeInterval))
            {
                _isCounting = _engine.TryRead(Recount);
            }

            return _last;
        }
    }

    private void Recount()
    {
        var counted = TryCount();
        lock (_gate)
        {
            _last = counted ?? _last;
            _countedAt = _time.GetTimestamp();
            _isCounting = false;
        }
    }

    /// <summary>Null when the disk could not be read: the engine took note.</summary>
    private (long All, long HeldBack)? TryCount()
    {
        var (all, heldBack) = (0L, 0L);
        try
        {
            foreach (var partition in _hosted.All.Where(static partition => partition.HoldsBallot))
            {
                var count = _engine.CountTombstones(partition.Partition);
                all += count;
                heldBack += count > 0 && !partition.MayPurge ? count : 0;
            }
        }
        catch (Exception exception) when (exception is StorageDamagedException or StorageUnavailableException)
        {
            return null;
        }

        return (all, heldBack);
    }
}
