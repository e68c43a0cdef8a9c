namespace AspireKv.ServiceDefaults.Telemetry;

/// <summary>
/// Admits up to <c>perSecond</c> events in a burst and then as many a second, without a lock and without a timer: the whole state is the
/// time at which an untouched bucket would be full again (the generic cell rate algorithm, ITU-T I.371). Thread-safe.
/// </summary>
public sealed class TokenBucket
{
    private readonly TimeProvider _time;
    private readonly long _ticksPerToken;
    private readonly long _ticksToFill;

    /// <summary>Timestamp at which the bucket is full; a token taken moves it on by <see cref="_ticksPerToken"/>.</summary>
    private long _fullAt;

    public TokenBucket(int perSecond, TimeProvider time)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(perSecond);
        _time = time;
        _ticksPerToken = perSecond == 0 ? 0 : Math.Max(1, time.TimestampFrequency / perSecond);
        _ticksToFill = _ticksPerToken * perSecond;
        _fullAt = time.GetTimestamp();
    }

    /// <summary>Whether a token is there now; another thread may take it first.</summary>
    public bool HasToken => Fits(_time.GetTimestamp(), Volatile.Read(ref _fullAt), out _);

    public bool TryTake()
    {
        while (true)
        {
            var seen = Volatile.Read(ref _fullAt);
            if (!Fits(_time.GetTimestamp(), seen, out var next))
            {
                return false;
            }

            if (Interlocked.CompareExchange(ref _fullAt, next, seen) == seen)
            {
                return true;
            }
        }
    }

    private bool Fits(long now, long fullAt, out long next)
    {
        next = Math.Max(fullAt, now) + _ticksPerToken;
        return _ticksPerToken > 0 && next - now <= _ticksToFill;
    }
}
