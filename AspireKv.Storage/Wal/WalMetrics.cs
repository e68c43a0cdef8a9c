using System.Diagnostics.Metrics;

namespace AspireKv.Storage.Wal;

/// <summary>What the write-ahead log wrote, and how large it is.</summary>
internal sealed class WalMetrics
{
    private readonly Histogram<double> _flushDuration;
    private readonly Histogram<int> _flushRecords;
    private readonly Histogram<int> _flushBytes;
    private long _bytes;

    public WalMetrics(Meter meter)
    {
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
            advice: new InstrumentAdvice<int>
            {
                HistogramBucketBoundaries = [256, 1024, 4096, 16_384, 65_536, 262_144, 1_048_576, 4_194_304],
            });
        meter.CreateObservableGauge(
            "aspirekv.wal.size", () => Volatile.Read(ref _bytes), "By", "Bytes of the segments of the write-ahead log.");
    }

    public void Flushed(TimeSpan duration, int records, int bytes)
    {
        _flushDuration.Record(duration.TotalSeconds);
        _flushRecords.Record(records);
        _flushBytes.Record(bytes);
    }

    public void SizeIs(long bytes) => Volatile.Write(ref _bytes, bytes);
}
