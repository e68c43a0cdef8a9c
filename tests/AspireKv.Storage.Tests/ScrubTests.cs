using AspireKv.Storage.Failures;
using Microsoft.Data.Sqlite;

namespace AspireKv.Storage.Tests;

public sealed class ScrubTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly string Large = new('v', 20_000);

    private readonly StorageFixture _fixture = new();

    public ScrubTests() => _fixture.Options.Sqlite.CheckedAtStartBytes = 0;

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task Scrub_OfWholeFiles_ReadsWalAndRows()
    {
        using var passes = new CounterReader("aspirekv.scrub.passes", _fixture.Meters);
        using var size = new CounterReader("aspirekv.scrub.size", _fixture.Meters);
        _fixture.Options.Sqlite.CheckedAtStartBytes = long.MaxValue;
        await using var engine = _fixture.Open();
        Fill(engine);
        var total = 0L;

        Assert.True(engine.Scrub(bytes =>
        {
            total += bytes;
            return true;
        }));

        Assert.InRange(total, 20 * Large.Length, 100 * Large.Length);
        Assert.Equal((1, total), (passes.Read(), size.Read()));
        Assert.False(engine.Scrub(_ => false));
        Assert.Equal(1, passes.Read());
        Assert.Null(engine.Failure);
    }

    [Fact]
    public async Task Scrub_AHarmedClosedSegment_IsDamage()
    {
        await using var engine = _fixture.Open();
        Fill(engine);
        var oldest = Directory.GetFiles(_fixture.WalDirectory, "*.wal").Order(StringComparer.Ordinal).First();
        Flip(oldest, 30_000);

        Assert.False(engine.Scrub(_ => true));

        var damage = Assert.IsType<StorageDamagedException>(engine.Failure);
        Assert.Contains(oldest, damage.Message, StringComparison.Ordinal);
        Assert.True(File.Exists(_fixture.File("damage")));
    }

    [Theory]
    [InlineData("UPDATE entries SET entry = x'00' WHERE partition = 0")]
    [InlineData("DELETE FROM entries WHERE partition = 0")]
    [InlineData("UPDATE digests SET buckets = x'00' WHERE partition = 0")]
    public async Task Scrub_ARowThatIsNotWhatItWas_IsDamage(string change)
    {
        await using var engine = _fixture.Open();
        Fill(engine);
        using (var connection = new SqliteConnection($"Data Source={_fixture.File("entries.sqlite")};Pooling=False"))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = change;
            Assert.True(command.ExecuteNonQuery() > 0);
        }

        Assert.False(engine.Scrub(_ => true));

        Assert.IsType<StorageDamagedException>(engine.Failure);
    }

    [Fact]
    public async Task Scrub_WhileTheWalTurnsOver_FindsNothingWrong()
    {
        _fixture.Options.Wal.ReserveBytes = 2 * _fixture.Options.Wal.SegmentSizeBytes;
        await using var engine = _fixture.Open();
        using var isDone = new ManualResetEventSlim();
        var passes = 0;
        var scrub = Task.Run(() =>
        {
            do
            {
                Assert.True(engine.Scrub(_ => true));
                Interlocked.Increment(ref passes);
            }
            while (!isDone.IsSet);
        });
        for (var i = 1; i <= 300 || (Volatile.Read(ref passes) < 2 && !scrub.IsCompleted); i++)
        {
            engine.AppendDurably(Records.Put(i % 3, $"key{i % 20}", i, Large));
            if (i % 10 == 0)
            {
                Assert.True(engine.Checkpoint());
            }
        }

        isDone.Set();
        await scrub.WaitAsync(Patience);
        Assert.Null(engine.Failure);
        Assert.InRange(passes, 2, int.MaxValue);
    }

    [Fact]
    public async Task Scrub_ByItself_BeginsWithTheStart()
    {
        await using (var engine = _fixture.Open())
        {
            Fill(engine);
        }

        using (var connection = new SqliteConnection($"Data Source={_fixture.File("entries.sqlite")};Pooling=False"))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "DELETE FROM entries WHERE partition = 0";
            Assert.True(command.ExecuteNonQuery() > 0);
        }

        await using var reopened = _fixture.Open();

        Assert.True(
            SpinWait.SpinUntil(() => reopened.Failure is StorageDamagedException, Patience), "the scrub did not find the row that is gone");
    }

    [Fact]
    public async Task Scrub_ByItself_BeginsAgainAfterThePause()
    {
        using var passes = new CounterReader("aspirekv.scrub.passes", _fixture.Meters);
        _fixture.Options.Scrub.Interval = TimeSpan.FromMilliseconds(1);
        _fixture.Options.Scrub.BytesPerSecond = long.MaxValue;
        await using var engine = _fixture.Open();

        Assert.True(SpinWait.SpinUntil(() => passes.Read() >= 3, Patience), "the scrub did not begin again");
    }

    /// <summary>At a byte a second the pass would take days. A node that is to stop does not wait for it.</summary>
    [Fact]
    public async Task Dispose_WhileTheScrubWaitsForItsPace_EndsThePass()
    {
        _fixture.Options.Sqlite.CheckedAtStartBytes = long.MaxValue;
        await using (var engine = _fixture.Open())
        {
            Fill(engine);
        }

        using var passes = new CounterReader("aspirekv.scrub.passes", _fixture.Meters);
        using var size = new CounterReader("aspirekv.scrub.size", _fixture.Meters);
        _fixture.Options.Sqlite.CheckedAtStartBytes = 0;
        _fixture.Options.Scrub.BytesPerSecond = 1;
        var reopened = _fixture.Open();
        Assert.True(SpinWait.SpinUntil(() => size.Read() > 0, Patience), "the scrub read nothing");

        await reopened.DisposeAsync().AsTask().WaitAsync(Patience);

        Assert.Equal((0, _fixture.Options.Wal.SegmentSizeBytes), (passes.Read(), size.Read()));
    }

    /// <summary>Rows in SQLite, and closed segments that no checkpoint gave up.</summary>
    private static void Fill(StorageEngine engine)
    {
        for (var i = 0; i < 20; i++)
        {
            engine.AppendDurably(Records.Put(i % 3, $"key{i}", i + 1, Large));
        }

        Assert.True(engine.Checkpoint());
        for (var i = 0; i < 20; i++)
        {
            engine.AppendDurably(Records.Put(i % 3, $"key{i}", i + 100, Large));
        }
    }

    private static void Flip(string path, int offset)
    {
        using var file = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        var one = new byte[1];
        Assert.Equal(1, RandomAccess.Read(file, one, offset));
        one[0] ^= 4;
        RandomAccess.Write(file, one, offset);
    }
}
