namespace AspireKv.Gateway.Tests.Hosting;

/// <summary>Waits for what other threads do, with a bound, and says what it waited for.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    public static Task TrueAsync(Func<bool> condition, string what) => TrueAsync(() => Task.FromResult(condition()), what);

    public static async Task TrueAsync(Func<Task<bool>> condition, string what)
    {
        var start = TimeProvider.System.GetTimestamp();
        while (!await condition())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(start) < Bound, $"Waited {Bound.TotalSeconds} s until {what}.");
            await Task.Delay(Pause, TimeProvider.System);
        }
    }
}
