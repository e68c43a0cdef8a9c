using System.Diagnostics.Metrics;
using AspireKv.Cluster.Coordination.Sweeps;
using AspireKv.StorageNode.Telemetry;

namespace AspireKv.StorageNode.Partitions;

/// <summary>What the comparisons of replicas under ballots of this node found and mended.</summary>
internal sealed class RepairMetrics
{
    private readonly Counter<long> _comparisons;
    private readonly Counter<long> _buckets;
    private readonly Counter<long> _entries;
    private readonly Counter<long> _bytes;

    public RepairMetrics(IMeterFactory meters)
    {
        var meter = meters.CreateNodeMeter();
        _comparisons = meter.CreateCounter<long>(
            "aspirekv.repair.comparisons",
            "{comparison}",
            "Comparisons of the replicas of a partition, by result: alike, repaired, or given up.");
        _buckets = meter.CreateCounter<long>(
            "aspirekv.repair.buckets.different", "{bucket}", "Buckets in which replicas differed, among 256 of each partition compared.");
        _entries = meter.CreateCounter<long>(
            "aspirekv.repair.entries",
            "{entry}",
            "Entries that were made alike: copied to replicas that lacked them, or settled under a new stamp.");
        _bytes = meter.CreateCounter<long>("aspirekv.repair.size", "By", "Bytes of the values of the entries that were made alike.");
    }

    /// <summary>A comparison came to an end.</summary>
    public void Compared(ComparisonResult result)
    {
        _comparisons.Add(1, new KeyValuePair<string, object?>("result", NameOf(result)));
        _buckets.Add(result.Buckets);
        _entries.Add(result.Copied, new KeyValuePair<string, object?>("how", "copied"));
        _entries.Add(result.Settled, new KeyValuePair<string, object?>("how", "settled"));
        _bytes.Add(result.Bytes);
    }

    private static string NameOf(ComparisonResult result) => result switch
    {
        { IsComplete: false } => "given_up",
        { IsAlike: true } => "alike",
        _ => "repaired",
    };
}
