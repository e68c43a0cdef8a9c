namespace AspireKv.Testing;

/// <summary>
/// Waits for what other threads bring about, with a bound. In vain: a <see cref="TimeoutException"/> that says what was waited for.
/// </summary>
public static class Eventually
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);

    /// <param name="condition">What becomes true.</param>
    /// <param name="what">The same in words.</param>
    /// <param name="evidence">What helps to see why it did not.</param>
    public static Task TrueAsync(Func<bool> condition, string what, Func<string>? evidence = null) =>
        TrueAsync(() => Task.FromResult(condition()), what, evidence);

    /// <inheritdoc cref="TrueAsync(Func{bool}, string, Func{string}?)"/>
    public static async Task TrueAsync(Func<Task<bool>> condition, string what, Func<string>? evidence = null)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (!await condition())
        {
            if (TimeProvider.System.GetElapsedTime(started) > Bound)
            {
                throw InVain($"{what}\n{evidence?.Invoke()}");
            }

            await Task.Delay(Pause, TimeProvider.System);
        }
    }

    public static async Task<T> CompletesAsync<T>(Task<T> task, string what)
    {
        await CompletesAsync((Task)task, what);
        return await task;
    }

    public static async Task CompletesAsync(Task task, string what)
    {
        try
        {
            await task.WaitAsync(Bound);
        }
        catch (TimeoutException) when (!task.IsCompleted)
        {
            throw InVain(what);
        }
    }

    private static TimeoutException InVain(string what) => new($"Waited {Bound.TotalSeconds} s in vain: {what}");
}
