using System.Collections.Concurrent;

namespace AspireKv.StorageNode.Tests.World;

/// <summary>How long a test waits for what another thread does.</summary>
internal static class Patience
{
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    public static T Take<T>(BlockingCollection<T> from)
    {
        Assert.True(from.TryTake(out var taken, Limit), $"no {typeof(T).Name} came");
        return taken;
    }

    public static async Task UntilAsync(Func<bool> condition, string what)
    {
        var start = TimeProvider.System.GetTimestamp();
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        while (!condition())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(start) < Limit, $"Waited {Limit} in vain: {what}.");
            await timer.WaitForNextTickAsync();
        }
    }
}
