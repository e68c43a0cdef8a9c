using AspireKv.Durability;
using AspireKv.Storage.Failures;
using AspireKv.Storage.Files;

namespace AspireKv.Storage.Tests;

public sealed class WalFailureTests : IDisposable
{
    private readonly StorageFixture _fixture = new();
    private readonly FaultFileSystem _files;

    public WalFailureTests() => _fixture.Files = _files = new FaultFileSystem(_fixture.Files);

    public void Dispose() => _fixture.Dispose();

    [Theory]
    [InlineData("sync")]
    [InlineData("write")]
    public async Task Append_AfterAFailedCall_IsRefusedForGood(string kind)
    {
        await using var engine = _fixture.Open();
        var durable = engine.AppendDurably(Records.Put(0, "a", 1, "x"));
        _files.FailOnce(kind);

        Assert.Throws<StorageUnavailableException>(() => engine.AppendDurably(Records.Put(0, "b", 2, "y")));
        Assert.Equal(1, engine.Observer().Failures);

        // The call would succeed now; it is not made again.
        Assert.Equal(1, _files.Failures);
        var calls = _files.Calls;
        Assert.Throws<StorageUnavailableException>(() => engine.Append(Records.Put(0, "c", 3, "z")));
        Assert.False(engine.Checkpoint());
        await engine.DisposeAsync();
        Assert.Equal(calls, _files.Calls);
        Assert.Equal((1, false), (engine.Observer().Failures, engine.Observer().MayBeginAnew));
        Assert.Equal(durable, engine.DurablePosition);
        Assert.StartsWith("Injected", engine.Failure!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Reopen_AfterAFailedSync_KeepsWhatWasDurable()
    {
        await using (var engine = _fixture.Open())
        {
            engine.AppendDurably(Records.Put(0, "a", 1, "x"));
            _files.FailOnce("sync");
            Assert.Throws<StorageUnavailableException>(() => engine.AppendDurably(Records.Put(0, "b", 2, "y")));
        }

        _files.PowerCut(() => 0);
        await using var reopened = _fixture.Open();

        Assert.Equal(Records.Value(1, "x"), reopened.Find(0, Records.Key("a")));
        Assert.Null(reopened.Find(0, Records.Key("b")));
        reopened.AppendDurably(Records.Put(0, "c", 3, "z"));
    }

    [Fact]
    public async Task Checkpoint_OfARecordWhoseSyncFails_MovesNothing()
    {
        await using (var engine = _fixture.Open())
        {
            engine.AppendDurably(Records.Put(0, "a", 1, "x"));
            Task<bool> checkpoint;
            _files.FailOnce("sync");
            using (_files.StallSyncs())
            {
                engine.Append(Records.Put(0, "a", 2, "y"));
                checkpoint = Task.Run(engine.Checkpoint);
                Assert.NotSame(checkpoint, await Task.WhenAny(checkpoint, Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System)));
            }

            Assert.False(await checkpoint.WaitAsync(TimeSpan.FromSeconds(30)));
        }

        _files.PowerCut(() => 0);
        await using var reopened = _fixture.Open();

        Assert.Equal(Records.Value(1, "x"), reopened.Find(0, Records.Key("a")));
    }

    [Fact]
    public async Task Appends_DuringOneSync_ShareTheNext()
    {
        await using var engine = _fixture.Open();
        engine.AppendDurably(Records.Put(0, "a", 1, "x"));
        long last = 0;
        _files.FailOnce("sync", int.MaxValue);
        using (_files.StallSyncs())
        {
            for (var i = 0; i < 500; i++)
            {
                last = engine.Append(Records.Put(i % 7, $"key{i}", i + 2, "x"));
            }
        }

        engine.AppendDurably(Records.Put(0, "b", 1000, "x"));

        Assert.True(engine.DurablePosition > last);
        Assert.InRange(_files.Calls, 1, 4);
    }

    [Fact]
    public void PhysicalFile_SyncThatTheKernelRefuses_Throws()
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        // The null device cannot be synced; RandomAccess.FlushToDisk says nothing of it.
        using var file = new PhysicalFileSystem().Open("/dev/null");

        var failure = Assert.Throws<SyncFailedException>(file.Sync);

        Assert.Contains("errno 22", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AnIdleWriteAheadLog_MarksItself()
    {
        _fixture.Options.Wal.IdleMarkDelay = TimeSpan.FromMilliseconds(10);
        await using var engine = _fixture.Open();

        Assert.Equal(1, engine.Append(Records.Put(0, "a", 1, "x")));

        Assert.True(engine.Observer().Wait(2, TimeSpan.FromSeconds(30)), "the mark after the only record did not become durable");
        Assert.Equal(3, engine.AppendDurably(Records.Put(0, "b", 2, "x")));
    }
}
