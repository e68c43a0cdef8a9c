using System.Diagnostics.Metrics;

namespace AspireKv.Transport.Tests.Hosting;

/// <summary>Meters of one test, and the sums of their counters by name and tags.</summary>
internal sealed class TestMeters : IMeterFactory
{
    private readonly List<Meter> _meters = [];
    private readonly MeterListener _listener;
    private readonly Lock _gate = new();
    private readonly Dictionary<string, double> _sums = [];

    public TestMeters()
    {
        _listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Scope == this)
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            },
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument, value, tags));
        _listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Add(instrument, value, tags));
        _listener.Start();
    }

    /// <summary>The names of all meters, which is what an exporter chooses by.</summary>
    public IEnumerable<string> Names => _meters.Select(meter => meter.Name);

    public Meter Create(MeterOptions options)
    {
        options.Scope = this;
        var meter = new Meter(options);
        _meters.Add(meter);
        return meter;
    }

    /// <param name="name">The instrument's name, then <c>|tag=value</c> for each tag.</param>
    public double Sum(string name)
    {
        lock (_gate)
        {
            return _sums.GetValueOrDefault(name);
        }
    }

    /// <summary>How often the instrument was used.</summary>
    public double Count(string name) => Sum($"{name}#count");

    public void Dispose()
    {
        _listener.Dispose();
        _meters.ForEach(meter => meter.Dispose());
    }

    private void Add(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var name = instrument.Name;
        foreach (var (tag, tagValue) in tags)
        {
            name += $"|{tag}={tagValue}";
        }

        lock (_gate)
        {
            _sums[name] = _sums.GetValueOrDefault(name) + value;
            _sums[$"{name}#count"] = _sums.GetValueOrDefault($"{name}#count") + 1;
        }
    }
}
