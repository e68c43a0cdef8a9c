using System.Collections.Concurrent;
using Microsoft.Extensions.Time.Testing;

namespace AspireKv.AccessTokens.Tests.Support;

/// <summary>A fake clock that keeps how long each timer was to wait that goes off once.</summary>
internal sealed class RecordingTime(DateTimeOffset start) : FakeTimeProvider(start)
{
    public ConcurrentQueue<TimeSpan> Waits { get; } = new();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = base.CreateTimer(callback, state, dueTime, period);
        if (period == Timeout.InfiniteTimeSpan)
        {
            Waits.Enqueue(dueTime);
        }

        return timer;
    }
}
