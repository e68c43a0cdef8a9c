namespace AspireKv.Transport.Frames;

/// <summary>
/// How fast a connection takes what it is given. Only the time in which it makes its sender wait shows that: what it takes at once tells
/// nothing of how much more it would take. What was seen fades, so that a connection that became faster is tried again. Not thread-safe.
/// </summary>
internal sealed class DrainRate
{
    private static readonly TimeSpan HalfLife = TimeSpan.FromSeconds(2);

    /// <summary>
    /// What is assumed of a connection before anything was seen of it, and weighs as much as so many bytes seen: 5 MiB a second. Enough
    /// for a beginning: on a fast connection what is seen weighs more within milliseconds. Less weight would take the speed at which the
    /// buffers on the way fill for that of the way.
    /// </summary>
    private const double AssumedBytes = 1024 * 1024;

    private const double AssumedSeconds = AssumedBytes / (5 * 1024 * 1024);

    /// <summary>The bytes taken after waits; like <see cref="_seconds"/> as they stood at <see cref="_at"/>, and fading since.</summary>
    private double _bytes;

    /// <summary>How long these waits were.</summary>
    private double _seconds;

    private TimeSpan _at;

    /// <summary>The bytes given since the last wait ended.</summary>
    private long _given;

    /// <summary>Since when the sender waits; null while it does not.</summary>
    private TimeSpan? _waitsSince;

    public bool IsWaiting => _waitsSince is not null;

    /// <summary>The connection was given so many bytes more.</summary>
    public void Given(int bytes) => _given += bytes;

    /// <summary>The connection does not take at once what it was given.</summary>
    public void WaitBegins(TimeSpan now) => _waitsSince = now;

    /// <summary>The connection took what it was given.</summary>
    public void WaitEnds(TimeSpan now)
    {
        Fade(now);
        _bytes += _given;
        _seconds += WaitedSeconds(now);
        (_given, _waitsSince) = (0, null);
    }

    /// <summary>Nothing more waits. What was taken without a wait until here tells nothing.</summary>
    public void Idle() => _given = 0;

    /// <summary>
    /// How long the connection takes for what waits and for one message more, as far as can be told. What is assumed speaks for what waits
    /// only: a message that is alone is tried, however large.
    /// </summary>
    /// <param name="waiting">Bytes that were given or will be before the message.</param>
    /// <param name="message">Bytes of the message.</param>
    /// <param name="now">The present.</param>
    public TimeSpan TimeFor(long waiting, long message, TimeSpan now)
    {
        Fade(now);
        var seen = _seconds + WaitedSeconds(now);
        return TimeSpan.FromSeconds(((waiting * (seen + AssumedSeconds)) + (message * seen)) / (_bytes + AssumedBytes));
    }

    private double WaitedSeconds(TimeSpan now) => _waitsSince is { } since ? (now - since).TotalSeconds : 0;

    private void Fade(TimeSpan now)
    {
        var factor = Math.Pow(0.5, (now - _at) / HalfLife);
        (_bytes, _seconds, _at) = (_bytes * factor, _seconds * factor, now);
    }
}
