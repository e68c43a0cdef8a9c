namespace AspireKv.Transport.Client;

/// <summary>
/// When the node was last heard, and how long its last answer to a ping took; written by the read loop, read by any thread.
/// </summary>
/// <param name="time">The clock.</param>
/// <param name="interval">How often a ping is sent while a connection is up.</param>
internal sealed class RoundTrips(TimeProvider time, TimeSpan interval)
{
    private const long None = long.MinValue;

    private long _last = None;
    private long _duration = None;

    /// <summary>When the last ping that was answered was sent, or when the connection was opened.</summary>
    private long _answeredUpTo = None;

    /// <summary>When something last arrived, or null before the first time.</summary>
    public long? Last => ValueOf(ref _last);

    /// <summary>How long the last answered ping took, or null before the first.</summary>
    public TimeSpan? Duration => ValueOf(ref _duration) is { } ticks ? TimeSpan.FromTicks(ticks) : null;

    /// <summary>Whatever arrives is a sign of life: under load a ping waits behind much else, and so does its answer.</summary>
    public void Heard() => Volatile.Write(ref _last, time.GetTimestamp());

    /// <summary>
    /// How long what is sent now will be on its way, there and back, as far as pings show: as long as the last one was; or, where the next
    /// one is due and not back, as long as that one is away. Zero before a connection is opened.
    /// </summary>
    public TimeSpan OnTheWay
    {
        get
        {
            var last = Duration ?? TimeSpan.Zero;
            var away = ValueOf(ref _answeredUpTo) is { } sent ? time.GetElapsedTime(sent) - interval : TimeSpan.Zero;
            return last > away ? last : away;
        }
    }

    /// <summary>Another connection is up: what the way of the former one took says nothing of it.</summary>
    public void Begin()
    {
        Volatile.Write(ref _duration, None);
        Volatile.Write(ref _answeredUpTo, time.GetTimestamp());
    }

    public void Record(long sentTimestamp)
    {
        Volatile.Write(ref _duration, time.GetElapsedTime(sentTimestamp).Ticks);
        Volatile.Write(ref _answeredUpTo, sentTimestamp);
    }

    private static long? ValueOf(ref long field) => Volatile.Read(ref field) is var value && value != None ? value : null;
}
