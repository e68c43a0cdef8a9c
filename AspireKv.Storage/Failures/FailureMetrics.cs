using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace AspireKv.Storage.Failures;

/// <summary>What went wrong with the files of the node.</summary>
internal sealed class FailureMetrics
{
    /// <summary>
    /// By kind. Counts are kept here and asked for, since the first may come before anybody listens: while the directory is opened.
    /// </summary>
    private readonly ConcurrentDictionary<string, long> _failures = new();

    /// <summary>By part, likewise.</summary>
    private readonly ConcurrentDictionary<string, long> _putOff = new();
    private int _timesSetAside;
    private int _isFailed;

    public FailureMetrics(Meter meter)
    {
        meter.CreateObservableCounter(
            "aspirekv.storage.failures",
            () => _failures.Select(failure => new Measurement<long>(failure.Value, new KeyValuePair<string, object?>("kind", failure.Key))),
            "{failure}",
            "Failed writes, syncs and checkpoints, and damage found.");
        meter.CreateObservableCounter(
            "aspirekv.storage.put_off",
            () => _putOff.Select(putOff => new Measurement<long>(putOff.Value, new KeyValuePair<string, object?>("part", putOff.Key))),
            "{call}",
            "Calls that found a lock held, or no memory or file descriptors, and were put off to be made again.");
        meter.CreateObservableGauge(
            "aspirekv.storage.set_aside",
            () => Volatile.Read(ref _timesSetAside),
            description: "Times that files were set aside that are still in the data directory.");
        meter.CreateObservableGauge(
            "aspirekv.storage.failed",
            () => Volatile.Read(ref _isFailed),
            description: "1 once the node stores nothing more, until it is restarted or begins anew.");
    }

    public void Failed(string kind) => _failures.AddOrUpdate(kind, 1, static (_, count) => count + 1);

    public void PutOff(string part) => _putOff.AddOrUpdate(part, 1, static (_, count) => count + 1);

    public void FailedForGood() => Volatile.Write(ref _isFailed, 1);

    public void TimesSetAsideIs(int times) => Volatile.Write(ref _timesSetAside, times);
}
