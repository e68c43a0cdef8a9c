namespace AspireKv.AppHost.Tests;

/// <summary>Waits that end, and that say what they waited for.</summary>
internal static class Bounded
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(120);
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(100);

    public static async Task WaitAsync(this Task task, string what)
    {
        try
        {
            await task.WaitAsync(Limit);
        }
        catch (TimeoutException)
        {
            Assert.Fail($"Waited {Limit.TotalSeconds:0} s for {what}.");
        }
    }

    public static async Task<T> WaitAsync<T>(this Task<T> task, string what)
    {
        await ((Task)task).WaitAsync(what);
        return await task;
    }

    public static Task UntilAsync(Func<bool> condition, string what) => UntilAsync(() => Task.FromResult(condition()), () => what);

    public static async Task UntilAsync(Func<Task<bool>> condition, Func<string> what)
    {
        using var limit = new CancellationTokenSource(Limit);
        while (!await condition())
        {
            Assert.False(limit.IsCancellationRequested, $"Waited {Limit.TotalSeconds:0} s for {what()}.");
            await Task.Delay(LookInterval, TimeProvider.System);
        }
    }
}
