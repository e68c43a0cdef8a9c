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
            "Partitions that this node coordinates, that of the topology among them.");
        meter.CreateObservableGauge(
            "aspirekv.partitions.away",
            () => partitions.All.Count(partition => partition.IsAway),
            "{partition}",
            "Partitions that this node coordinates in place of the first of their replicas; they go back once that one is well.");
        meter.CreateObservableGauge(
            "aspirekv.repair.age.max",
            () => partitions.All.Max(static partition => partition.Uncompared)?.TotalSeconds ?? 0,
            "s",
            "For how long the longest of the partitions that this node coordinates was not found to be alike at all replicas.");
        meter.CreateObservableGauge(
            "aspirekv.partitions.learning",
            () => partitions.All.Count(partition => partition.AwaitsRebuild),
            "{partition}",
            "Partitions of which this node lost what it held and in which it is not rebuilt yet; it counts in no quorum of theirs.");
    }
}
