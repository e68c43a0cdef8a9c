using System.Diagnostics.Metrics;
using AspireKv.Cluster.Status;
using AspireKv.StorageNode.Telemetry;

namespace AspireKv.StorageNode.Peers;

/// <summary>What this node sees of the others.</summary>
internal sealed class PeerMetrics
{
    public PeerMetrics(IMeterFactory meters, PeerLinks links)
    {
        var meter = meters.CreateNodeMeter();
        meter.CreateObservableGauge(
            "aspirekv.nodes.alive",
            () => 1 + links.JudgeAll().Count(peer => peer.Value != NodeLiveness.Dead),
            "{node}",
            "Nodes that answer this one, itself included.");
        meter.CreateObservableGauge(
            "aspirekv.peers.waiting",
            () => links.WaitingBytes.Select(
                peer => new Measurement<long>(peer.Value, new KeyValuePair<string, object?>("node", peer.Key))),
            "By",
            "Bytes that wait to be sent to another node on this node's stream to it.");
    }
}
