using AspireKv.Cluster.Keys;
using AspireKv.Cluster.Replicas;
using AspireKv.Storage.Failures;
using AspireKv.Storage.Observers;
using AspireKv.Storage.Wal;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace AspireKv.Storage.Tests;

/// <summary>What a start counts, tells and puts together, and what an engine does at its end.</summary>
public sealed class EngineStartTests : IDisposable
{
    private const int Busy = 5;
    private const int PutOff = 2014;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly string Large = new('v', 20_000);

    private readonly StorageFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task Open_OverRecords_CountsAndTellsThem()
    {
        long before;
        using (var size = new CounterReader("aspirekv.memtable.size", _fixture.Meters))
        {
            await using var engine = _fixture.Open();
            engine.AppendDurably(Records.Put(0, "moved", 1, "x"));
            Assert.True(engine.Checkpoint());
            engine.AppendDurably(Records.Put(0, "a", 2, Large));
            engine.AppendDurably(Records.Put(1, "b", 3, Large));
            before = size.Read();
            Assert.InRange(before, 2 * Large.Length, 3 * Large.Length);
        }

        using var meters = new TestMeterFactory();
        using var after = new CounterReader("aspirekv.memtable.size", meters);
        var told = new ToldEvents();
        var observer = new TestObserver();
        await using var reopened = new StorageOpening(
            _fixture.Files, _fixture.Path, _fixture.Node, _fixture.Options, new StorageMetrics(meters), TimeProvider.System, told)
            .Open(observer);

        Assert.Equal(before, after.Read());
        Assert.True(observer.Wait(3, TimeSpan.Zero), "the observer was not told how far the files were durable");
        var opened = Assert.Single(told.Messages, static message => message.StartsWith("Opened", StringComparison.Ordinal));
        Assert.Contains("2 records replayed above 1", opened, StringComparison.Ordinal);
    }

    /// <summary>A checkpoint is due at once where what was found is enough for one.</summary>
    [Fact]
    public async Task Open_OverEnoughForACheckpoint_RunsOne()
    {
        const int Checkpointed = 2007;
        await using (var engine = _fixture.Open())
        {
            engine.AppendDurably(Records.Put(0, "a", 1, Large));
        }

        using var told = new EventWaiter(Checkpointed);
        _fixture.Logger = told;
        _fixture.Options.Checkpoints.MemtableBytes = Large.Length;

        await using var reopened = _fixture.Open();

        told.Wait();
    }

    [Fact]
    public async Task OpenOrSetAside_OfDamage_IsCounted()
    {
        using var failures = new CounterReader("aspirekv.storage.failures", _fixture.Meters);
        using var aside = new CounterReader("aspirekv.storage.set_aside", _fixture.Meters);
        await (_fixture.Open()).DisposeAsync();
        Assert.Equal((0, 0), (failures.Read(), aside.Read()));
        File.WriteAllBytes(_fixture.File("identity"), [1, 2, 3]);

        await using var engine = _fixture.OpenOrSetAside();

        Assert.Equal((1, 1), (failures.Read("kind", "damage"), aside.Read()));
    }

    /// <summary>A file as large as the bound is compared at the start still.</summary>
    [Theory]
    [InlineData(0, true)]
    [InlineData(-1, false)]
    public async Task Open_OverSqliteOfAsManyBytesAsTheBound_ComparesAll(int more, bool isCompared)
    {
        await using (var engine = _fixture.Open())
        {
            engine.AppendDurably(Records.Put(0, "a", 1, "x"));
            Assert.True(engine.Checkpoint());
        }

        using (var connection = new SqliteConnection($"Data Source={_fixture.File("entries.sqlite")};Pooling=False"))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "UPDATE entries SET entry = x'00' WHERE partition = 0";
            Assert.Equal(1, command.ExecuteNonQuery());
        }

        _fixture.Options.Sqlite.CheckedAtStartBytes = new FileInfo(_fixture.File("entries.sqlite")).Length + more;

        if (isCompared)
        {
            Assert.Throws<StorageDamagedException>(() => _fixture.Open());
        }
        else
        {
            await (_fixture.Open()).DisposeAsync();
        }
    }

    /// <summary>Segments made after the founding name the cluster, after a restart too: without the record they are damage.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Open_WithoutTheFoundingRecordThatSegmentsName_IsDamage(bool restarts)
    {
        var engine = _fixture.Open();
        engine.WriteFounding(Records.Founding(engine.Identity.Incarnation));
        if (restarts)
        {
            await engine.DisposeAsync();
            engine = _fixture.Open();
        }

        for (var i = 1; i <= 8; i++)
        {
            engine.AppendDurably(Records.Put(0, "a", i, Large));
        }

        Assert.True(engine.Checkpoint());
        await engine.DisposeAsync();
        File.Delete(_fixture.File("founding"));

        Assert.Throws<StorageDamagedException>(() => _fixture.Open());
    }

    /// <summary>What waits for what passes by itself must hear that the storage failed meanwhile.</summary>
    [Fact]
    public async Task Find_ThatWaitsWhenTheStorageFails_EndsItsWait()
    {
        using var putOff = new EventWaiter(PutOff);
        _fixture.Logger = putOff;
        _fixture.Options.Wal.FullRetryInterval = TimeSpan.FromHours(1);
        _fixture.Options.Cache.MaxBytes = 0;
        await using var engine = _fixture.Open();
        engine.AppendDurably(Records.Put(0, "a", 1, "x"));
        Assert.True(engine.Checkpoint());
        engine.AppendDurably(Records.Put(0, "b", 2, "x"));
        engine.Observer().BeforeCall = static call => throw new SqliteException("Injected", call == SqliteCall.Read ? Busy : 1);
        var read = Task.Run(() => engine.Find(0, Records.Key("a")));
        putOff.Wait();

        Assert.False(engine.Checkpoint());

        await Assert.ThrowsAsync<StorageUnavailableException>(() => read.WaitAsync(Patience));
    }

    [Fact]
    public async Task TryRead_IsDoneOnAnotherThreadUntilTheEngineIsClosed()
    {
        using var done = new SemaphoreSlim(0);
        var engine = _fixture.Open();
        Assert.True(engine.TryRead(() => done.Release()));
        Assert.True(done.Wait(Patience), "the work was not done");

        await engine.DisposeAsync();
        await engine.DisposeAsync();

        Assert.False(engine.TryRead(() => done.Release()));
        Assert.Equal(0, done.CurrentCount);
    }

    /// <summary>A page that has all that there is says so, even where it is full.</summary>
    [Theory]
    [InlineData(2, false)]
    [InlineData(3, true)]
    [InlineData(4, true)]
    public async Task ListKeys_OfSqliteAlone_SaysWhetherThePageIsTheLast(int max, bool isLast)
    {
        await using var engine = _fixture.Open();
        foreach (var key in (string[])["a", "b", "c"])
        {
            engine.Append(Records.Put(0, key, 1, "x"));
        }

        Assert.True(engine.Checkpoint());

        Assert.Equal(isLast, engine.ListKeys(0, default, BucketSet.All, max).IsLast);
    }

    /// <summary>With a tombstone purged that was never in SQLite, as where the partition came back in another way.</summary>
    [Fact]
    public async Task CountTombstones_OfMorePurgesThanThereAre_IsNone()
    {
        await using var engine = _fixture.Open();
        engine.Append(Records.Put(0, "a", 1, "x"));
        Assert.True(engine.Checkpoint());

        engine.Append(Records.Purge(0, "b", 2));

        Assert.Equal(0, engine.CountTombstones(0));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Open_SegmentsWithoutAnIdentityOfWhichOneIsNotTheFirst_IsDamage(int kept)
    {
        await (_fixture.Open()).DisposeAsync();
        File.Delete(_fixture.File("identity"));
        File.Copy(Directory.GetFiles(_fixture.WalDirectory).Single(), Path.Combine(_fixture.WalDirectory, SegmentNames.NameOf(2)));
        if (kept == 1)
        {
            File.Delete(Path.Combine(_fixture.WalDirectory, SegmentNames.NameOf(1)));
        }

        Assert.Throws<StorageDamagedException>(() => _fixture.Open());
    }

    [Theory]
    [InlineData("entries.sqlite")]
    [InlineData("wal")]
    public async Task Open_AFoundingRecordWithDataAndNoIdentity_IsDamage(string gone)
    {
        await using (var engine = _fixture.Open())
        {
            engine.WriteFounding(Records.Founding(engine.Identity.Incarnation));
            engine.Append(new BallotPromised(0, new(1, new(1))));
        }

        File.Delete(_fixture.File("identity"));
        File.Delete(gone == "wal" ? Directory.GetFiles(_fixture.WalDirectory).Single() : _fixture.File(gone));

        Assert.Throws<StorageDamagedException>(() => _fixture.Open());
    }

    /// <summary>Keeps what was logged, as text.</summary>
    private sealed class ToldEvents : ILogger
    {
        public List<string> Messages { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId id, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            lock (Messages)
            {
                Messages.Add(formatter(state, exception));
            }
        }
    }
}
