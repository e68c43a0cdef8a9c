using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace AspireKv.Storage;

/// <summary>What the storage engine did.</summary>
internal sealed class StorageMetrics
{
    public const string MeterName = "AspireKv.StorageNode";

    private readonly Histogram<double> _flushDuration;
    private readonly Histogram<int> _flushRecords;
    private readonly Histogram<int> _flushBytes;
    private readonly Histogram<double> _checkpointDuration;

    /// <summary>By kind. Counts are kept here and asked for, since the first may come before anybody listens: while the directory is opened.</summary>
    private readonly ConcurrentDictionary<string, long> _failures = new();
    private long _memtableBytes;
    private long _walBytes;
    private long _scrubbedBytes;
    private long _scrubPasses;
    private int _timesSetAside;
    private int _isFull;
    private int _isFailed;

    public StorageMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        _flushDuration = meter.CreateHistogram<double>(
            "aspirekv.wal.flush.duration",
            "s",
            "Time to write one group of records to the write-ahead log and to sync it.",
            advice: new InstrumentAdvice<double>
            {
                HistogramBucketBoundaries = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 2],
            });
        _flushRecords = meter.CreateHistogram<int>(
            "aspirekv.wal.flush.records",
            "{record}",
            "Records that shared one sync.",
            advice: new InstrumentAdvice<int> { HistogramBucketBoundaries = [1, 2, 4, 8, 16, 32, 64, 128, 256, 1024] });
        _flushBytes = meter.CreateHistogram<int>(
            "aspirekv.wal.flush.size",
            "By",
            "Bytes that shared one sync.",
            advice: new InstrumentAdvice<int> { HistogramBucketBoundaries = [256, 1024, 4096, 16_384, 65_536, 262_144, 1_048_576, 4_194_304] });
        _checkpointDuration = meter.CreateHistogram<double>(
            "aspirekv.checkpoint.duration",
            "s",
            "Time to move one memtable to SQLite.",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.005, 0.025, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30] });
        meter.CreateObservableCounter(
            "aspirekv.storage.failures",
            () => _failures.Select(failure => new Measurement<long>(failure.Value, new KeyValuePair<string, object?>("kind", failure.Key))),
            "{failure}",
            "Failed writes, syncs and checkpoints, and damage found.");
        meter.CreateObservableCounter(
            "aspirekv.scrub.size", () => Volatile.Read(ref _scrubbedBytes), "By", "Bytes that the scrub read and found whole.");
        meter.CreateObservableCounter(
            "aspirekv.scrub.passes", () => Volatile.Read(ref _scrubPasses), "{pass}", "Times that the scrub has read everything.");
        meter.CreateObservableGauge("aspirekv.memtable.size", () => Volatile.Read(ref _memtableBytes), "By", "Bytes of entries that are not in SQLite yet.");
        meter.CreateObservableGauge("aspirekv.wal.size", () => Volatile.Read(ref _walBytes), "By", "Bytes of the segments of the write-ahead log.");
        meter.CreateObservableGauge(
            "aspirekv.storage.full", () => Volatile.Read(ref _isFull), description: "1 while the disk is full: puts are refused, deletes and reads go on.");
        meter.CreateObservableGauge(
            "aspirekv.storage.set_aside", () => Volatile.Read(ref _timesSetAside), description: "Times that files were set aside that are still in the data directory.");
        meter.CreateObservableGauge(
            "aspirekv.storage.failed", () => Volatile.Read(ref _isFailed), description: "1 once the node stores nothing more, until it is restarted or begins anew.");
    }

    public void Flushed(TimeSpan duration, int records, int bytes)
    {
        _flushDuration.Record(duration.TotalSeconds);
        _flushRecords.Record(records);
        _flushBytes.Record(bytes);
    }

    public void Checkpointed(TimeSpan duration) => _checkpointDuration.Record(duration.TotalSeconds);

    public void Failed(string kind) => _failures.AddOrUpdate(kind, 1, static (_, count) => count + 1);

    public void Scrubbed(long bytes) => Interlocked.Add(ref _scrubbedBytes, bytes);

    public void PassEnded() => Interlocked.Increment(ref _scrubPasses);

    public void MemtableIs(long bytes) => Volatile.Write(ref _memtableBytes, bytes);

    public void TimesSetAsideIs(int times) => Volatile.Write(ref _timesSetAside, times);

    public void FullIs(bool isFull) => Volatile.Write(ref _isFull, isFull ? 1 : 0);

    public void FailedForGood() => Volatile.Write(ref _isFailed, 1);

    public void WalIs(long bytes) => Volatile.Write(ref _walBytes, bytes);
}
