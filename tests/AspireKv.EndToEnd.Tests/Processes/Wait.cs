using System.Diagnostics;

namespace AspireKv.EndToEnd.Tests.Processes;

/// <summary>Waits for what other processes do, always with a limit, and says what it waited for.</summary>
internal static class Wait
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    /// <exception cref="TimeoutException">The condition did not come true within the limit.</exception>
    public static async Task UntilAsync(string what, TimeSpan limit, Func<Task<bool>> condition)
    {
        var started = Stopwatch.GetTimestamp();
        while (!await condition())
        {
            if (Stopwatch.GetElapsedTime(started) > limit)
            {
                throw new TimeoutException($"Waited {limit.TotalSeconds} s for this: {what}.");
            }

            await Task.Delay(Pause, TimeProvider.System);
        }
    }
}
