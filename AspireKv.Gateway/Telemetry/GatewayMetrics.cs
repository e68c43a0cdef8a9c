using System.Diagnostics.Metrics;
using AspireKv.Access.Knowledge;
using AspireKv.Access.Nodes;
using AspireKv.Access.Sending;
using AspireKv.Cluster.Operations;
using AspireKv.Cluster.Status;
using AspireKv.Gateway.Bodies;

namespace AspireKv.Gateway.Telemetry;

/// <summary>The gateway's metrics. Tags come from fixed sets, and their values are boxed once.</summary>
internal sealed class GatewayMetrics
{
    private const string MeterName = "AspireKv.Gateway";
    private const string KindTag = "kind";

    private readonly Counter<long> _operations;
    private readonly Counter<long> _repeats;
    private readonly Counter<long> _errors;
    private readonly Histogram<double> _duration;

    public GatewayMetrics(IMeterFactory meters, ClusterKnowledge knowledge, NodeDirectory nodes, BodyBudget bodies)
    {
        var meter = meters.Create(MeterName);
        _operations = meter.CreateCounter<long>("aspirekv.gateway.operations", description: "Operations that ended, by kind and outcome.");
        _repeats = meter.CreateCounter<long>(
            "aspirekv.gateway.repeats",
            description: "Operations sent to a further node: reads repeated, and changes that had not been sent or not applied.");
        _errors = meter.CreateCounter<long>("aspirekv.gateway.errors", description: "Answers with an error, by code.");
        _duration = meter.CreateHistogram<double>(
            "aspirekv.gateway.operation.duration",
            unit: "s",
            description: "Time from the last byte of the request to the end of the answer, by kind.");
        meter.CreateObservableGauge(
            "aspirekv.gateway.bodies.size",
            () => bodies.TakenBytes,
            unit: "By",
            description: "Bytes that bodies under way hold of the budget for them.");
        meter.CreateObservableGauge(
            "aspirekv.gateway.nodes.live",
            () => nodes.Current.All.Count(node => node.Liveness == NodeLiveness.Alive),
            description: "Nodes that answer this gateway.");
        meter.CreateObservableGauge(
            "aspirekv.gateway.partitions.without_quorum",
            knowledge.CountWithoutQuorum,
            description: "Partitions of which no majority of replicas answers this gateway.");
    }

    /// <param name="call">What was asked, and how far it got.</param>
    /// <param name="result">How it ended; null when it was abandoned, since the client was gone.</param>
    /// <param name="elapsed">How long it took.</param>
    public void Record(OperationCall call, OperationResult? result, TimeSpan elapsed)
    {
        var kindTag = new KeyValuePair<string, object?>(KindTag, AccessTelemetry.NameOf(call.Operation.Kind));
        _operations.Add(1, kindTag, new KeyValuePair<string, object?>("outcome", NameOf(result)));
        _duration.Record(elapsed.TotalSeconds, kindTag);
        if (call.Repeats > 0)
        {
            _repeats.Add(call.Repeats, kindTag);
        }
    }

    /// <param name="code">One of the API's error codes.</param>
    public void CountError(string code) => _errors.Add(1, new KeyValuePair<string, object?>("code", code));

    private static string NameOf(OperationResult? result) => result?.Outcome switch
    {
        null => "abandoned",
        OperationOutcome.Found => "found",
        OperationOutcome.NotFound => "not_found",
        OperationOutcome.Applied => "applied",
        OperationOutcome.ConditionFailed => "condition_failed",
        OperationOutcome.NotApplied => "not_applied",
        _ => "unknown",
    };
}
