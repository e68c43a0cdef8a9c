namespace AspireKv.LocalHost;

/// <summary>Wakes everybody who waits for the next change. Take <see cref="Next"/> before looking, so that no change is missed.</summary>
internal sealed class Pulse
{
    private TaskCompletionSource _next = NewSource();

    public Task Next => Volatile.Read(ref _next).Task;

    public void Beat() => Interlocked.Exchange(ref _next, NewSource()).SetResult();

    private static TaskCompletionSource NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
