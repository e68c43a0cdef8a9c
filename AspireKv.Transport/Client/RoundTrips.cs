namespace AspireKv.Transport.Client;

/// <summary>When a ping was last answered, and how long it took; written by the read loop, read by anyone.</summary>
internal sealed class RoundTrips(TimeProvider timeProvider)
{
    /// <summary>The correlation of pings that nobody awaits.</summary>
    public const long HeartbeatCorrelation = 0;

    private const long None = long.MinValue;

    private long _last = None;
    private long _sent = None;

    public long? Last => Volatile.Read(ref _last) is var last && last != None ? last : null;

    public TimeSpan? Duration =>
        Volatile.Read(ref _last) is var last && last != None ? timeProvider.GetElapsedTime(Volatile.Read(ref _sent), last) : null;

    public void Record(long sentTimestamp)
    {
        Volatile.Write(ref _sent, sentTimestamp);
        Volatile.Write(ref _last, timeProvider.GetTimestamp());
    }
}
