using Microsoft.Extensions.Logging;

namespace AspireKv.Storage.Failures;

/// <summary>
/// Waits between the tries of what failed for a cause that passes by itself: a lock that another program holds, memory or file descriptors
/// that ran out. Each wait is counted, and told in the log now and then, until the engine fails or is closed.
/// </summary>
/// <param name="metrics">What was waited for.</param>
/// <param name="pause">How long to wait between two tries.</param>
/// <param name="time">What tells when to warn again.</param>
/// <param name="logger">The logger.</param>
internal sealed class Patience(FailureMetrics metrics, TimeSpan pause, TimeProvider time, ILogger logger) : IDisposable
{
    private static readonly TimeSpan BetweenWarnings = TimeSpan.FromSeconds(30);

    /// <summary>Guards the fields below; waited on, and pulsed at the end.</summary>
    private readonly object _gate = new();
    private readonly Dictionary<string, long> _warnedAt = [];
    private bool _hasEnded;

    /// <summary>Counts and tells what failed and will be tried again, without waiting.</summary>
    /// <param name="part">The part of the storage, as the metric names it.</param>
    /// <param name="failure">What was in the way.</param>
    public void Note(string part, Exception failure)
    {
        metrics.PutOff(part);
        lock (_gate)
        {
            if (_hasEnded || (_warnedAt.TryGetValue(part, out var warnedAt) && time.GetElapsedTime(warnedAt) < BetweenWarnings))
            {
                return;
            }

            _warnedAt[part] = time.GetTimestamp();
        }

        Log.PutOff(logger, part, pause.TotalMilliseconds, failure);
    }

    /// <summary>Waits a while; false when nothing is to be tried again, since the engine failed or is closed.</summary>
    /// <inheritdoc cref="Note"/>
    public bool Wait(string part, Exception failure)
    {
        Note(part, failure);
        lock (_gate)
        {
            if (!_hasEnded)
            {
                Monitor.Wait(_gate, pause);
            }

            return !_hasEnded;
        }
    }

    /// <summary>Ends all waiting.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _hasEnded = true;
            Monitor.PulseAll(_gate);
        }
    }
}
