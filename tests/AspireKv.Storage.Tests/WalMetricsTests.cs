using System.Diagnostics.Metrics;

namespace AspireKv.Storage.Tests;

public sealed class WalMetricsTests : IDisposable
{
    private readonly TestMeterFactory _meters = new();

    public void Dispose() => _meters.Dispose();

    [Fact]
    public void Flushed_IsMeasuredInSecondsRecordsAndBytes()
    {
        var measured = new List<(string Name, double Value)>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (instrument.Meter.Scope == _meters)
            {
                self.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<double>((instrument, value, _, _) => measured.Add((instrument.Name, value)));
        listener.SetMeasurementEventCallback<int>((instrument, value, _, _) => measured.Add((instrument.Name, value)));
        listener.Start();

        new StorageMetrics(_meters).Wal.Flushed(TimeSpan.FromMilliseconds(250), records: 3, bytes: 96);

        Assert.Equal(
            [("aspirekv.wal.flush.duration", 0.25), ("aspirekv.wal.flush.records", 3), ("aspirekv.wal.flush.size", 96)], measured);
    }
}
