namespace AspireKv.AccessTokens.Tests.Support;

/// <summary>A bounded wait for what another thread does; it fails with what it waited for.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);

    public static async Task TrueAsync(Func<bool> condition, string waitedFor, Func<string>? evidence = null)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (!condition())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(started) < Limit, $"Waited {Limit} for: {waitedFor}\n{evidence?.Invoke()}");
            await Task.Delay(Pause, TimeProvider.System);
        }
    }
}
