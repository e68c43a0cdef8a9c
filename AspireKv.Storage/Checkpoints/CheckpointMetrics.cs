using System.Diagnostics.Metrics;

namespace AspireKv.Storage.Checkpoints;

/// <summary>What checkpoints moved, what waits for the next one, and whether the disk has room for it.</summary>
internal sealed class CheckpointMetrics
{
    private readonly Histogram<double> _duration;
    private long _memtableBytes;
    private long _journalBytes;
    private int _isFull;

    public CheckpointMetrics(Meter meter)
    {
        _duration = meter.CreateHistogram<double>(
            "aspirekv.checkpoint.duration",
            "s",
            "Time to move one memtable to SQLite.",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.005, 0.025, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30] });
        meter.CreateObservableGauge(
            "aspirekv.memtable.size", () => Volatile.Read(ref _memtableBytes), "By", "Bytes of entries that are not in SQLite yet.");
        meter.CreateObservableGauge(
            "aspirekv.sqlite.journal.size",
            () => Volatile.Read(ref _journalBytes),
            "By",
            "Bytes of SQLite's journal after the last checkpoint; what a long transaction of another program holds back is in it.");
        meter.CreateObservableGauge(
            "aspirekv.storage.full",
            () => Volatile.Read(ref _isFull),
            description: "1 while the disk is full: puts are refused, deletes and reads go on.");
    }

    public void Checkpointed(TimeSpan duration) => _duration.Record(duration.TotalSeconds);

    public void MemtableIs(long bytes) => Volatile.Write(ref _memtableBytes, bytes);

    public void JournalIs(long bytes) => Volatile.Write(ref _journalBytes, bytes);

    public void FullIs(bool isFull) => Volatile.Write(ref _isFull, isFull ? 1 : 0);
}
