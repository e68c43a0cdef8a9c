using System.Diagnostics.Metrics;

namespace AspireKv.Storage.Scrub;

/// <summary>What the scrub read.</summary>
internal sealed class ScrubMetrics
{
    private long _bytes;
    private long _passes;

    public ScrubMetrics(Meter meter)
    {
        meter.CreateObservableCounter(
            "aspirekv.scrub.size", () => Volatile.Read(ref _bytes), "By", "Bytes that the scrub read and found whole.");
        meter.CreateObservableCounter(
            "aspirekv.scrub.passes", () => Volatile.Read(ref _passes), "{pass}", "Times that the scrub has read everything.");
    }

    public void Scrubbed(long bytes) => Interlocked.Add(ref _bytes, bytes);

    public void PassEnded() => Interlocked.Increment(ref _passes);
}
