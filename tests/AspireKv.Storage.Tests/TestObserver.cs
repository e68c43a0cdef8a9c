using AspireKv.Storage.Observers;

namespace AspireKv.Storage.Tests;

/// <summary>Keeps what an engine said, and calls what a test wants called.</summary>
internal sealed class TestObserver : IStorageObserver
{
    private readonly object _gate = new();
    private long _durablePosition;
    private int _failures;

    /// <summary>What the engine said that the next engine over its directory may do; null while it has not failed.</summary>
    public bool? MayBeginAnew { get; private set; }

    /// <summary>How many times the engine said that it failed.</summary>
    public int Failures => Volatile.Read(ref _failures);

    public Action? OnStep { get; set; }

    public Action<SqliteCall>? BeforeCall { get; set; }

    /// <summary>Waits until the engine said that the position is durable, or that it failed; false when neither came in time.</summary>
    public bool Wait(long position, TimeSpan patience)
    {
        var end = TimeProvider.System.GetTimestamp() + (long)(patience.TotalSeconds * TimeProvider.System.TimestampFrequency);
        lock (_gate)
        {
            while (_durablePosition < position && _failures == 0)
            {
                var left = TimeProvider.System.GetElapsedTime(TimeProvider.System.GetTimestamp(), end);
                if (left <= TimeSpan.Zero || !Monitor.Wait(_gate, left))
                {
                    return false;
                }
            }

            return true;
        }
    }

    public void OnDurable(long position)
    {
        lock (_gate)
        {
            Assert.True(position >= _durablePosition, $"position {position} became durable after {_durablePosition}");
            _durablePosition = position;
            Monitor.PulseAll(_gate);
        }
    }

    public void OnFailed(Exception failure, bool mayBeginAnew)
    {
        lock (_gate)
        {
            MayBeginAnew = mayBeginAnew;
            _failures++;
            Monitor.PulseAll(_gate);
        }
    }

    public void OnCheckpointStep() => OnStep?.Invoke();

    public void BeforeSqliteCall(SqliteCall call) => BeforeCall?.Invoke(call);
}
