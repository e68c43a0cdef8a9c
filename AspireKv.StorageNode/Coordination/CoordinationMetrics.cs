using System.Diagnostics.Metrics;
using AspireKv.Cluster.Operations;
using AspireKv.StorageNode.Telemetry;
using AspireKv.Transport.Contracts;

namespace AspireKv.StorageNode.Coordination;

/// <summary>What this node's coordinators did.</summary>
internal sealed class CoordinationMetrics
{
    private static readonly KeyValuePair<string, object?>[] Kinds =
        [.. new[] { "", "get", "put", "delete" }.Select(kind => new KeyValuePair<string, object?>("operation", kind))];

    private static readonly KeyValuePair<string, object?>[] Outcomes =
        [.. new[] { "", "found", "not_found", "applied", "condition_failed", "not_applied", "unknown" }
            .Select(outcome => new KeyValuePair<string, object?>("outcome", outcome))];

    private readonly Histogram<double> _duration;
    private readonly Counter<long> _quorumFailures;
    private readonly Counter<long> _forwards;
    private readonly Counter<long> _relays;
    private readonly Counter<long> _overloads;

    public CoordinationMetrics(IMeterFactory meters)
    {
        var meter = meters.CreateNodeMeter();
        _duration = meter.CreateHistogram<double>(
            "aspirekv.replication.duration",
            "s",
            "Time from the arrival of an operation at this node to its answer, replication to a quorum included.",
            advice: new InstrumentAdvice<double>
            {
                HistogramBucketBoundaries = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2],
            });
        _quorumFailures = meter.CreateCounter<long>(
            "aspirekv.quorum.failures", "{operation}", "Operations that ended without a quorum: not applied for want of one, or unknown.");
        _overloads = meter.CreateCounter<long>(
            "aspirekv.overloads",
            "{operation}",
            "Operations that this node answered as overloaded: too much waited for the key, in this node, or on the streams to the "
            + "replicas.");
        _forwards = meter.CreateCounter<long>("aspirekv.forwards", "{operation}", "Operations handed to another node.");
        _relays = meter.CreateCounter<long>(
            "aspirekv.relays", "{operation}", "Operations handed on for a node that does not reach the one they are for.");
    }

    public void Ended(OperationKind kind, OperationResult result, TimeSpan duration)
    {
        _duration.Record(duration.TotalSeconds, Kinds[(int)kind], Outcomes[(int)result.Outcome]);
        if (result is { Outcome: OperationOutcome.Unknown } or { Outcome: OperationOutcome.NotApplied, Reason: NotAppliedReason.NoQuorum })
        {
            _quorumFailures.Add(1, Kinds[(int)kind]);
        }
        else if (result is { Outcome: OperationOutcome.NotApplied, Reason: NotAppliedReason.Overloaded })
        {
            Overloaded(kind);
        }
    }

    public void Overloaded(OperationKind kind) => _overloads.Add(1, Kinds[(int)kind]);

    public void Forwarded(Delivery delivery) => _forwards.Add(1, TagOf(delivery));

    public void Relayed(Delivery delivery) => _relays.Add(1, TagOf(delivery));

    private static KeyValuePair<string, object?> TagOf(Delivery delivery) => new("delivery", delivery switch
    {
        Delivery.Answered => "answered",
        Delivery.NotSent => "not_sent",
        _ => "unknown",
    });
}
