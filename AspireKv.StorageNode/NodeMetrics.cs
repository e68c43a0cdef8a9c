using System.Diagnostics.Metrics;
using AspireKv.Storage;
using AspireKv.StorageNode.Coordination;
using AspireKv.StorageNode.Founding;
using AspireKv.StorageNode.Liveness;
using Verdict = AspireKv.Cluster.Status.Liveness;

namespace AspireKv.StorageNode;

/// <summary>What this node sees of its cluster.</summary>
internal sealed class NodeMetrics
{
    public NodeMetrics(IMeterFactory meters, Membership membership, LivenessTracker liveness, StorageEngine engine)
    {
        var meter = meters.Create(CoordinationMetrics.MeterName);
        meter.CreateObservableGauge(
            "aspirekv.nodes.alive",
            () => 1 + liveness.JudgeAll().Count(peer => peer.Value != Verdict.Dead),
            "{node}",
            "Nodes that answer this one, itself included.");
        meter.CreateObservableGauge(
            "aspirekv.partitions.led",
            () => engine.Failure is not null ? 0 : membership.Partitions?.All.Count(partition => partition.GetStatus().IsHolder) ?? 0,
            "{partition}",
            "Partitions that this node coordinates.");
        meter.CreateObservableGauge(
            "aspirekv.partitions.learning",
            () => membership.Partitions?.All.Count(partition => partition.IsLearner) ?? 0,
            "{partition}",
            "Partitions of which this node lost what it held and in which it is not rebuilt yet; it counts in no quorum of theirs.");
    }
}
