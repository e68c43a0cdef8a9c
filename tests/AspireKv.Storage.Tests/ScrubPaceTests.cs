using AspireKv.Storage.Observers;
using Microsoft.Data.Sqlite;

namespace AspireKv.Storage.Tests;

/// <summary>How fast the scrub reads, what ends a pass, and what it passes over.</summary>
public sealed class ScrubPaceTests : IDisposable
{
    private const int Busy = 5;
    private const int PutOff = 2014;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly string Large = new('v', 20_000);

    private readonly StorageFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    /// <summary>By the time of the test an hour goes by at each look, which is more than a part may take.</summary>
    [Fact]
    public async Task Scrub_ThatIsBehindItsPace_DoesNotWait()
    {
        await FillAsync(5, Large);
        using var passes = new CounterReader("aspirekv.scrub.passes", _fixture.Meters);
        _fixture.Options.Sqlite.CheckedAtStartBytes = 0;
        _fixture.Options.Scrub.BytesPerSecond = _fixture.Options.Wal.SegmentSizeBytes;

        await using var engine = Open(new HourAtEachLook());

        Assert.True(SpinWait.SpinUntil(() => passes.Read() > 0, Patience), "the scrub did not end its pass");
    }

    /// <summary>At a byte a second a long segment is worth more weeks than a thread can wait at once.</summary>
    [Fact]
    public async Task Scrub_ThatIsWeeksAheadOfItsPace_WaitsAndFailsNothing()
    {
        _fixture.Options.Wal.SegmentSizeBytes = 4 * 1024 * 1024;
        await FillAsync(5, new string('v', 1_000_000));
        using var size = new CounterReader("aspirekv.scrub.size", _fixture.Meters);
        using var passes = new CounterReader("aspirekv.scrub.passes", _fixture.Meters);
        _fixture.Options.Sqlite.CheckedAtStartBytes = 0;
        _fixture.Options.Scrub.BytesPerSecond = 1;
        var engine = _fixture.Open();
        Assert.True(SpinWait.SpinUntil(() => size.Read() > 0, Patience), "the scrub read nothing");

        await engine.DisposeAsync().AsTask().WaitAsync(Patience);

        Assert.Null(engine.Failure);
        Assert.Equal((0, _fixture.Options.Wal.SegmentSizeBytes), (passes.Read(), size.Read()));
    }

    /// <summary>The next pass is a day away.</summary>
    [Fact]
    public async Task Scrub_AfterThePassOfTheStart_Pauses()
    {
        using var passes = new CounterReader("aspirekv.scrub.passes", _fixture.Meters);
        _fixture.Options.Sqlite.CheckedAtStartBytes = 0;
        await using (var engine = _fixture.Open())
        {
            Assert.True(SpinWait.SpinUntil(() => passes.Read() > 0, Patience), "the scrub did not begin with the start");
            for (var i = 1; i <= 30; i++)
            {
                engine.AppendDurably(Records.Put(0, "a", i, "x"));
            }
        }

        Assert.Equal(1, passes.Read());
    }

    [Fact]
    public async Task Scrub_OnceTheStorageFailed_ReadsNoFurther()
    {
        await using var engine = _fixture.Open();
        Fill(engine, 15, Large);
        engine.Observer().BeforeCall = static call =>
        {
            if (call == SqliteCall.Commit)
            {
                throw new SqliteException("Injected", 1);
            }
        };
        var parts = 0;

        Assert.False(engine.Scrub(_ =>
        {
            parts++;
            return !engine.Checkpoint();
        }));

        Assert.Equal(1, parts);
        Assert.IsType<SqliteException>(engine.Failure);
    }

    /// <summary>Their files are gone, or are another segment's by then.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Scrub_OfSegmentsThatACheckpointDropsMeanwhile_PassesThemOver(bool isUsedAgain)
    {
        await using var engine = _fixture.Open();
        Fill(engine, 15, Large);
        var closed = Directory.GetFiles(_fixture.WalDirectory, "*.wal").Order(StringComparer.Ordinal).ToList()[..^1];
        Assert.InRange(closed.Count, 3, 15);
        var read = new List<long>();

        Assert.True(engine.Scrub(bytes =>
        {
            if (read.Count == 0)
            {
                Assert.True(engine.Checkpoint());
                if (isUsedAgain)
                {
                    closed.ForEach(static path => File.WriteAllBytes(path, new byte[64 * 1024]));
                }
            }

            read.Add(bytes);
            return true;
        }));

        Assert.Null(engine.Failure);
        Assert.NotEqual(0, read[0]);
        Assert.All(read[1..closed.Count], static bytes => Assert.Equal(0, bytes));
        closed.ForEach(File.Delete);
    }

    [Fact]
    public async Task Scrub_OfAClosedSegmentThatIsGone_FailsTheStorage()
    {
        await using var engine = _fixture.Open();
        Fill(engine, 5, Large);
        File.Delete(Directory.GetFiles(_fixture.WalDirectory, "*.wal").Order(StringComparer.Ordinal).First());

        Assert.False(engine.Scrub(static _ => true));

        Assert.IsType<FileNotFoundException>(engine.Failure);
    }

    /// <summary>A wait that ends with the engine is no failure of the disk: neither for SQLite nor for a segment.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Dispose_WhileTheScrubIsPutOff_EndsItAndFailsNothing(bool bySqlite)
    {
        using var putOff = new EventWaiter(PutOff);
        _fixture.Logger = putOff;
        var files = new FaultFileSystem(_fixture.Files);
        _fixture.Files = files;
        _fixture.Options.Wal.FullRetryInterval = TimeSpan.FromHours(1);
        var engine = _fixture.Open();
        Fill(engine, 5, Large);
        if (bySqlite)
        {
            engine.Observer().BeforeCall = static _ => throw new SqliteException("Injected: database is locked", Busy);
        }
        else
        {
            files.FailEach("open", FaultFileSystem.NoDescriptor);
        }

        var scrub = Task.Run(() => engine.Scrub(static _ => true));
        putOff.Wait();
        await engine.DisposeAsync().AsTask().WaitAsync(Patience);

        Assert.False(await scrub.WaitAsync(Patience));
        Assert.Null(engine.Failure);
    }

    private async Task FillAsync(int values, string value)
    {
        await using var engine = _fixture.Open();
        Fill(engine, values, value);
    }

    private static void Fill(StorageEngine engine, int values, string value)
    {
        for (var i = 1; i <= values; i++)
        {
            engine.AppendDurably(Records.Put(0, $"key{i}", i, value));
        }
    }

    private StorageEngine Open(TimeProvider time) => EngineExtensions.Open(observer => new StorageOpening(
        _fixture.Files,
        _fixture.Path,
        _fixture.Node,
        _fixture.Options,
        new StorageMetrics(_fixture.Meters),
        time,
        _fixture.Logger).Open(observer));

    private sealed class HourAtEachLook : TimeProvider
    {
        private long _looks;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => TimeSpan.TicksPerHour * Interlocked.Increment(ref _looks);
    }
}
