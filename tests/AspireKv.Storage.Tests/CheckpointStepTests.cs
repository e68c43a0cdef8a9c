using System.Diagnostics.Metrics;
using AspireKv.Storage.Observers;
using Microsoft.Data.Sqlite;

namespace AspireKv.Storage.Tests;

/// <summary>What a checkpoint does after its rows are in SQLite, and what the next one makes up for where it could not.</summary>
public sealed class CheckpointStepTests : IDisposable
{
    private const int Busy = 5;
    private const int Full = 13;
    private const int Checkpointed = 2007;
    private static readonly string Large = new('v', 20_000);

    private readonly StorageFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task Checkpoint_ThatWroteOnce_TellsEachStepAndMeasuresItsTime()
    {
        var durations = new List<double>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (instrument.Meter.Scope == _fixture.Meters && instrument.Name == "aspirekv.checkpoint.duration")
            {
                self.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<double>((_, value, _, _) => durations.Add(value));
        listener.Start();
        using var told = new EventWaiter(Checkpointed);
        _fixture.Logger = told;
        await using var engine = _fixture.Open();
        engine.Append(Records.Put(0, "a", 1, "x"));
        var steps = 0;
        engine.Observer().OnStep = () => steps++;

        Assert.True(engine.Checkpoint());

        // The commit, the journal, the write-ahead log, and the pages.
        Assert.Equal(4, steps);
        Assert.InRange(Assert.Single(durations), 0, 60);
        Assert.Equal(1, told.Count);
    }

    /// <summary>Or the bound on the memtables would be met for good, and every write be refused.</summary>
    [Fact]
    public async Task Checkpoint_OfSeveralPartitions_LeavesNothingInMemory()
    {
        using var size = new CounterReader("aspirekv.memtable.size", _fixture.Meters);
        await using var engine = _fixture.Open();
        engine.Append(Records.Put(0, "a", 1, "x"));
        engine.Append(Records.Put(1, "b", 2, Large));
        Assert.InRange(size.Read(), Large.Length, 2 * Large.Length);

        Assert.True(engine.Checkpoint());

        Assert.Equal(0, size.Read());
    }

    [Fact]
    public async Task Checkpoint_OfNothing_MovesNoJournal()
    {
        await using var engine = _fixture.Open();
        var moves = 0;
        engine.Observer().BeforeCall = call => moves += call == SqliteCall.MoveJournal ? 1 : 0;
        Assert.True(engine.Checkpoint());
        Assert.Equal(0, moves);
        engine.Append(Records.Put(0, "a", 1, "x"));
        Assert.True(engine.Checkpoint());
        Assert.Equal(1, moves);

        Assert.True(engine.Checkpoint());

        Assert.Equal(1, moves);
    }

    /// <summary>The rows are in SQLite; only what lies behind them could not be let go of.</summary>
    [Fact]
    public async Task Checkpoint_AfterOneThatCouldNotMoveTheJournal_DropsTheWal()
    {
        await using var engine = _fixture.Open();
        for (var i = 1; i <= 8; i++)
        {
            engine.AppendDurably(Records.Put(0, $"key{i}", i, Large));
        }

        var left = 1;
        engine.Observer().BeforeCall = call =>
        {
            if (call == SqliteCall.MoveJournal && left-- > 0)
            {
                throw new SqliteException("Injected: database is locked", Busy);
            }
        };
        Assert.False(engine.Checkpoint());
        var kept = CountSegments();

        Assert.True(engine.Checkpoint());

        Assert.InRange(kept, 2, 8);
        Assert.InRange(CountSegments(), 1, kept - 1);
        Assert.Null(engine.Failure);
    }

    /// <summary>What was frozen for the first try is kept beside what came since.</summary>
    [Theory]
    [InlineData(Full, 1)]
    [InlineData(Busy, 0)]
    public async Task Checkpoint_AfterOneThatCouldNotCommit_MovesAll(int code, int failures)
    {
        using var failed = new CounterReader("aspirekv.storage.failures", _fixture.Meters);
        using var putOff = new CounterReader("aspirekv.storage.put_off", _fixture.Meters);
        await using (var engine = _fixture.Open())
        {
            engine.Append(Records.Put(0, "a", 1, "x"));
            var left = 1;
            engine.Observer().BeforeCall = call =>
            {
                if (call == SqliteCall.Commit && left-- > 0)
                {
                    throw new SqliteException("Injected", code);
                }
            };
            Assert.False(engine.Checkpoint());
            Assert.Equal(failures, failed.Read("kind", "checkpoint"));
            Assert.Equal(1 - failures, putOff.Read("part", "checkpoint"));
            engine.Append(Records.Put(0, "b", 2, "y"));
            Assert.True(engine.Checkpoint());
            engine.Append(Records.Put(0, "c", 3, "z"));
            Assert.True(engine.Checkpoint());
        }

        Assert.Equal(["a", "b", "c"], Keys());
    }

    /// <summary>With a long pause between tries of what failed: a checkpoint that is due by time is none of these.</summary>
    [Fact]
    public async Task Checkpoint_OnceItsIntervalIsOver_RunsByItself()
    {
        using var told = new EventWaiter(Checkpointed);
        _fixture.Logger = told;
        _fixture.Options.Checkpoints.Interval = TimeSpan.FromMilliseconds(1);
        _fixture.Options.Wal.FullRetryInterval = TimeSpan.FromHours(1);
        await using var engine = _fixture.Open();
        for (var i = 1; i <= 2; i++)
        {
            engine.Append(Records.Put(0, "a", i, "x"));
            told.Wait();
        }
    }

    [Fact]
    public async Task Checkpoint_EachTimeThatMemoryHasEnough_RunsByItself()
    {
        using var told = new EventWaiter(Checkpointed);
        _fixture.Logger = told;
        _fixture.Options.Checkpoints.MemtableBytes = 64 * 1024;

        // No segment is full before: that would be another reason for a checkpoint.
        _fixture.Options.Wal.SegmentSizeBytes = 1024 * 1024;
        await using var engine = _fixture.Open();
        for (var round = 1; round <= 2; round++)
        {
            // The fourth is the first to make it enough.
            for (var i = 1; i <= 4; i++)
            {
                engine.Append(Records.Put(0, $"key{i}", (10 * round) + i, Large));
            }

            told.Wait();
        }
    }

    private int CountSegments() => Directory.GetFiles(_fixture.WalDirectory, "*.wal").Length;

    private List<string> Keys()
    {
        using var connection = new SqliteConnection($"Data Source={_fixture.File("entries.sqlite")};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT key FROM entries ORDER BY key";
        using var reader = command.ExecuteReader();
        var keys = new List<string>();
        while (reader.Read())
        {
            keys.Add(System.Text.Encoding.UTF8.GetString(reader.GetFieldValue<byte[]>(0))[^1..]);
        }

        return keys;
    }
}
