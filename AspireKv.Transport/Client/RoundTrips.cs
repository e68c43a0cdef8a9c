namespace AspireKv.Transport.Client;

/// <summary>
/// When the node was last heard, and how long its last answer to a ping took; written by the read loop, read by any thread.
/// </summary>
internal sealed class RoundTrips(TimeProvider time)
{
    private const long None = long.MinValue;

    private long _last = None;
    private long _duration = None;

    /// <summary>When something last arrived, or null before the first time.</summary>
    public long? Last => ValueOf(ref _last);

    /// <summary>How long the last answered ping took, or null before the first.</summary>
    public TimeSpan? Duration => ValueOf(ref _duration) is { } ticks ? TimeSpan.FromTicks(ticks) : null;

    /// <summary>Whatever arrives is a sign of life: under load a ping waits behind much else, and so does its answer.</summary>
    public void Heard() => Volatile.Write(ref _last, time.GetTimestamp());

    public void Record(long sentTimestamp) => Volatile.Write(ref _duration, time.GetElapsedTime(sentTimestamp).Ticks);

    private static long? ValueOf(ref long field) => Volatile.Read(ref field) is var value && value != None ? value : null;
}
