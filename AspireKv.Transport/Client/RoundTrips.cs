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

    /// <summary>When the silence began: the last sign of life, put off by the time in which this process stood still.</summary>
    private long _silentSince = None;

    /// <summary>When the last heartbeat was.</summary>
    private long _beat = None;

    /// <summary>When the last ping that was answered was sent, or when the connection was opened.</summary>
    private long _answeredUpTo = None;

    /// <summary>When something last arrived, or null before the first time.</summary>
    public long? Last => ValueOf(ref _last);

    /// <summary>How long the last answered ping took, or null before the first.</summary>
    public TimeSpan? Duration => ValueOf(ref _duration) is { } ticks ? TimeSpan.FromTicks(ticks) : null;

    /// <summary>Whatever arrives is a sign of life: under load a ping waits behind much else, and so does its answer.</summary>
    public void Heard()
    {
        var now = time.GetTimestamp();
        Volatile.Write(ref _last, now);
        Volatile.Write(ref _silentSince, now);
    }

    /// <summary>
    /// How long nothing came from the node, or null before the first time. Time in which this process stood still does not count: it blames
    /// others for nothing that it could not have heard (Dadgar, Phillips and Currey, "Lifeguard", 2018).
    /// </summary>
    public TimeSpan? Silence
    {
        get
        {
            if (ValueOf(ref _silentSince) is not { } since)
            {
                return null;
            }

            // A heartbeat that is overdue: it will put the silence off as soon as it runs, and others look before that.
            var length = time.GetElapsedTime(since) - LatenessAt(time.GetTimestamp());
            return length > TimeSpan.Zero ? length : TimeSpan.Zero;
        }
    }

    /// <summary>The next heartbeat.</summary>
    /// <returns>How long this process stood still before it; zero where it came in time.</returns>
    public TimeSpan Beat()
    {
        var now = time.GetTimestamp();
        var lateness = LatenessAt(now);
        Volatile.Write(ref _beat, now);
        if (lateness > TimeSpan.Zero && ValueOf(ref _silentSince) is { } since)
        {
            // Where the node was heard meanwhile there is nothing to put off.
            Interlocked.CompareExchange(ref _silentSince, Math.Min(since + ToTimestamp(lateness), now), since);
        }

        return lateness;
    }

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
        var now = time.GetTimestamp();
        Volatile.Write(ref _duration, None);
        Volatile.Write(ref _answeredUpTo, now);
        Volatile.Write(ref _beat, now);
    }

    public void Record(long sentTimestamp)
    {
        Volatile.Write(ref _duration, time.GetElapsedTime(sentTimestamp).Ticks);
        Volatile.Write(ref _answeredUpTo, sentTimestamp);
    }

    /// <summary>By how much the next heartbeat is late; zero for less than a whole interval, which a busy machine often takes.</summary>
    private TimeSpan LatenessAt(long now)
    {
        var lateness = ValueOf(ref _beat) is { } beat ? time.GetElapsedTime(beat, now) - interval : TimeSpan.Zero;
        return lateness > interval ? lateness : TimeSpan.Zero;
    }

    private long ToTimestamp(TimeSpan length) => (long)(length.TotalSeconds * time.TimestampFrequency);

    private static long? ValueOf(ref long field) => Volatile.Read(ref field) is var value && value != None ? value : null;
}
