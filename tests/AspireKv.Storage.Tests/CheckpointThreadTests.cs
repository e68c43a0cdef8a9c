using AspireKv.Storage.Checkpoints;

namespace AspireKv.Storage.Tests;

public sealed class CheckpointThreadTests : IDisposable
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(30);

    private readonly CheckpointThread _thread = new();
    private readonly SemaphoreSlim _ran = new(0);

    /// <summary>Written before each run is told of.</summary>
    private Thread? _runner;

    public void Dispose() => _ran.Dispose();

    [Fact]
    public void Start_RunsAtOnceAndThenWhenAsked()
    {
        Start(Timeout.InfiniteTimeSpan);
        WaitForRun();

        _thread.Request();

        WaitForRun();
        _thread.Dispose();
    }

    [Fact]
    public void Run_SaysAfterHowLongToRunAgain()
    {
        Start(TimeSpan.FromMilliseconds(1));

        WaitForRun();
        WaitForRun();
        WaitForRun();
        _thread.Dispose();
    }

    [Fact]
    public void Dispose_EndsTheThreadAndTakesNoMoreRequests()
    {
        Start(Timeout.InfiniteTimeSpan);
        WaitForRun();

        _thread.Dispose();
        _thread.Request();

        Assert.False(_runner!.IsAlive);
        Assert.Equal(0, _ran.CurrentCount);
    }

    private void Start(TimeSpan again) => _thread.Start(() =>
    {
        _runner = Thread.CurrentThread;
        _ran.Release();
        return again;
    });

    private void WaitForRun() => Assert.True(_ran.Wait(Bound), "nothing ran");
}
