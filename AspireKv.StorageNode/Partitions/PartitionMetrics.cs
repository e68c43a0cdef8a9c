using System.Diagnostics.Metrics;
using AspireKv.Storage;
using AspireKv.StorageNode.Telemetry;

namespace AspireKv.StorageNode.Partitions;

/// <summary>What this node is in its partitions.</summary>
internal sealed class PartitionMetrics
{
    public PartitionMetrics(IMeterFactory meters, HostedPartitions partitions, StorageEngine engine)
    {
        var meter = meters.CreateNodeMeter();
        meter.CreateObservableGauge(
            "aspirekv.partitions.led",
            () => engine.Failure is not null ? 0 : partitions.All.Count(partition => partition.GetStatus().HoldsBallot),
            "{partition}",
            "Partitions that this node coordinates.");
        meter.CreateObservableGauge(
            "aspirekv.partitions.learning",
            () => partitions.All.Count(partition => partition.AwaitsRebuild),
            "{partition}",
            "Partitions of which this node lost what it held and in which it is not rebuilt yet; it counts in no quorum of theirs.");
    }
}
