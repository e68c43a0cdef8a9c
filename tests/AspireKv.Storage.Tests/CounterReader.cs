using System.Diagnostics.Metrics;

namespace AspireKv.Storage.Tests;

/// <summary>Reads the observable instruments of one name among the meters of a test.</summary>
internal sealed class CounterReader : IDisposable
{
    private readonly TestMeterFactory _meters;
    private readonly MeterListener _listener = new();
    private readonly List<(long Value, Dictionary<string, object?> Tags)> _measured = [];

    public CounterReader(string name, TestMeterFactory meters)
    {
        _meters = meters;
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Name == name && instrument.Meter.Scope == _meters)
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((_, value, tags, _) => Add(value, tags));
        _listener.SetMeasurementEventCallback<int>((_, value, tags, _) => Add(value, tags));
        _listener.Start();
    }

    /// <summary>What the instruments say now, in sum.</summary>
    public long Read() => Measure().Sum(measured => measured.Value);

    /// <summary>Likewise, of those with this tag.</summary>
    public long Read(string tag, string value) =>
        Measure().Where(measured => measured.Tags.TryGetValue(tag, out var found) && Equals(found, value)).Sum(measured => measured.Value);

    public void Dispose() => _listener.Dispose();

    private void Add(long value, ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
        _measured.Add((value, tags.ToArray().ToDictionary(tag => tag.Key, tag => tag.Value)));

    private List<(long Value, Dictionary<string, object?> Tags)> Measure()
    {
        _measured.Clear();
        _listener.RecordObservableInstruments();
        return _measured;
    }
}
