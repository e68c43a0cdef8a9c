using System.Diagnostics.Metrics;
using AspireKv.Cluster.Status;
using AspireKv.StorageNode.Telemetry;

namespace AspireKv.StorageNode.Peers;

/// <summary>What this node sees of the others.</summary>
internal sealed class PeerMetrics
{
    public PeerMetrics(IMeterFactory meters, PeerLinks links) => meters.CreateNodeMeter().CreateObservableGauge(
        "aspirekv.nodes.alive",
        () => 1 + links.JudgeAll().Count(peer => peer.Value != NodeLiveness.Dead),
        "{node}",
        "Nodes that answer this one, itself included.");
}
