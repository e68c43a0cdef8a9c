namespace AspireKv.Testing;

/// <summary>
/// Waits for what other threads and processes bring about, with a bound. In vain: a <see cref="TimeoutException"/> that says what was
/// waited for.
/// </summary>
public static class Eventually
{
    /// <summary>The bound of what starts or ends whole processes, on a machine that has much else to do.</summary>
    public static readonly TimeSpan ForProcesses = TimeSpan.FromMinutes(2);

    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(20);

    /// <summary>How many looks a bound has room for: whatever may take long is looked at less often.</summary>
    private const int Looks = 4_000;

    /// <param name="condition">What becomes true.</param>
    /// <param name="what">The same in words.</param>
    /// <param name="evidence">What helps to see why it did not.</param>
    /// <param name="within">The bound; 20 s by default.</param>
    public static Task TrueAsync(Func<bool> condition, string what, Func<string>? evidence = null, TimeSpan? within = null) =>
        TrueAsync(() => Task.FromResult(condition()), what, evidence, within);

    /// <inheritdoc cref="TrueAsync(Func{bool}, string, Func{string}?, TimeSpan?)"/>
    public static async Task TrueAsync(Func<Task<bool>> condition, string what, Func<string>? evidence = null, TimeSpan? within = null)
    {
        var bound = within ?? Bound;
        var started = TimeProvider.System.GetTimestamp();
        while (!await condition())
        {
            if (TimeProvider.System.GetElapsedTime(started) > bound)
            {
                throw InVain(bound, what, evidence);
            }

            await Task.Delay(bound / Looks, TimeProvider.System);
        }
    }

    /// <inheritdoc cref="CompletesAsync(Task, string, Func{string}?, TimeSpan?)"/>
    public static async Task<T> CompletesAsync<T>(Task<T> task, string what, Func<string>? evidence = null, TimeSpan? within = null)
    {
        await CompletesAsync((Task)task, what, evidence, within);
        return await task;
    }

    /// <param name="task">What comes to its end.</param>
    /// <param name="what">The same in words.</param>
    /// <param name="evidence">What helps to see why it did not.</param>
    /// <param name="within">The bound; 20 s by default.</param>
    public static async Task CompletesAsync(Task task, string what, Func<string>? evidence = null, TimeSpan? within = null)
    {
        try
        {
            await task.WaitAsync(within ?? Bound);
        }
        catch (TimeoutException) when (!task.IsCompleted)
        {
            throw InVain(within ?? Bound, what, evidence);
        }
    }

    private static TimeoutException InVain(TimeSpan bound, string what, Func<string>? evidence) =>
        new($"Waited {bound.TotalSeconds} s in vain: {what}{(evidence is null ? "" : "\n" + evidence())}");
}
