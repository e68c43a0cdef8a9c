using System.Diagnostics.Metrics;
using AspireKv.Storage.Checkpoints;
using AspireKv.Storage.Failures;
using AspireKv.Storage.Scrub;
using AspireKv.Storage.Wal;

namespace AspireKv.Storage;

/// <summary>What the parts of the storage engine did; they share the meter of the node.</summary>
internal sealed class StorageMetrics
{
    private const string MeterName = "AspireKv.StorageNode";

    public StorageMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        Failures = new FailureMetrics(meter);
        Wal = new WalMetrics(meter);
        Checkpoints = new CheckpointMetrics(meter);
        Scrub = new ScrubMetrics(meter);
    }

    public FailureMetrics Failures { get; }

    public WalMetrics Wal { get; }

    public CheckpointMetrics Checkpoints { get; }

    public ScrubMetrics Scrub { get; }
}
