namespace AspireKv.Storage.Tests;

public sealed class ReaderThreadsTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public void TryQueue_BeforeTheStart_IsDoneAfterIt()
    {
        using var isDone = new ManualResetEventSlim();
        using var readers = new ReaderThreads(1);
        Assert.True(readers.TryQueue(isDone.Set));

        readers.Start();

        Assert.True(isDone.Wait(Patience), "the work was not done");
    }

    [Fact]
    public void Work_RunsOnAsManyThreadsAsThereAreReaders()
    {
        using var together = new Barrier(3);
        using var isDone = new CountdownEvent(3);
        using var readers = new ReaderThreads(3);
        readers.Start();
        for (var i = 0; i < 3; i++)
        {
            readers.TryQueue(() =>
            {
                if (together.SignalAndWait(Patience))
                {
                    isDone.Signal();
                }
            });
        }

        Assert.True(isDone.Wait(Patience), "three reads did not run at once");
    }

    [Fact]
    public async Task Dispose_WaitsForTheWorkUnderWay_AndDropsWhatIsQueued()
    {
        using var hasBegun = new ManualResetEventSlim();
        using var mayEnd = new ManualResetEventSlim();
        var done = 0;
        var readers = new ReaderThreads(1);
        readers.Start();
        readers.TryQueue(() =>
        {
            hasBegun.Set();
            mayEnd.Wait(Patience);
            Interlocked.Increment(ref done);
        });
        Assert.True(hasBegun.Wait(Patience), "the work was not begun");
        readers.TryQueue(() => Interlocked.Add(ref done, 10));

        var dispose = Task.Run(readers.Dispose);
        Assert.True(SpinWait.SpinUntil(() => !readers.TryQueue(static () => { }), Patience), "the queue was not closed");
        Assert.False(dispose.IsCompleted);
        mayEnd.Set();

        await dispose.WaitAsync(Patience);
        Assert.Equal(1, Volatile.Read(ref done));
    }

    [Fact]
    public void Dispose_BeforeTheStart_IsAnEndToo()
    {
        var readers = new ReaderThreads(2);

        readers.Dispose();

        Assert.False(readers.TryQueue(static () => { }));
    }

    [Fact]
    public void TryQueue_BeyondTheBound_IsRefused()
    {
        const int MaxQueued = 65_536;
        using var readers = new ReaderThreads(1);
        for (var i = 0; i < MaxQueued; i++)
        {
            Assert.True(readers.TryQueue(static () => { }));
        }

        Assert.False(readers.TryQueue(static () => { }));
    }
}
