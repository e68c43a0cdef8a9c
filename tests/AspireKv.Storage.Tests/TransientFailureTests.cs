using AspireKv.Durability;
using AspireKv.Storage.Failures;
using AspireKv.Storage.Files;
using AspireKv.Storage.Observers;
using Microsoft.Data.Sqlite;

namespace AspireKv.Storage.Tests;

/// <summary>What passes by itself is waited out, wherever it is met: nothing that was promised is lost by it.</summary>
public sealed class TransientFailureTests : IDisposable
{
    private const int PutOff = 2014;
    private const int Checkpointed = 2007;
    private const int FirstCalls = 60;
    private const int Full = 13;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly string Large = new('v', 20_000);

    private readonly StorageFixture _fixture = new();

    public TransientFailureTests() => _fixture.Options.Wal.FullRetryInterval = TimeSpan.FromMilliseconds(10);

    public void Dispose() => _fixture.Dispose();

    /// <summary>As a backup tool does that copies the file under a lock.</summary>
    [Fact]
    public async Task Checkpoint_WhileAnotherProgramHoldsTheLock_IsPutOffAndRunsAfterwards()
    {
        using var putOff = new EventWaiter(PutOff);
        using var checkpointed = new EventWaiter(Checkpointed);
        var both = new BothLoggers(putOff, checkpointed);
        _fixture.Logger = both;
        _fixture.Options.Checkpoints.MemtableBytes = 64 * 1024;
        await using var engine = _fixture.Open();
        using (var locked = Connect())
        {
            Execute(locked, "BEGIN IMMEDIATE");

            // Enough for one checkpoint, and nothing afterwards that would ask for another one.
            for (var i = 1; i <= 4; i++)
            {
                engine.AppendDurably(Records.Put(0, $"key{i}", i, Large));
            }

            putOff.Wait();
            Assert.False(engine.Checkpoint());
            Assert.Null(engine.Failure);
            Assert.Equal(Records.Value(1, Large), engine.Find(0, Records.Key("key1")));
            engine.AppendDurably(Records.Put(0, "meanwhile", 20, "x"));
            Execute(locked, "ROLLBACK");
        }

        checkpointed.Wait();
        Assert.Null(engine.Failure);
    }

    [Fact]
    public async Task Open_WhileAnotherProgramHoldsTheLock_WaitsForIt()
    {
        await using (var engine = _fixture.Open())
        {
            engine.AppendDurably(Records.Put(0, "a", 1, "x"));
        }

        using var putOff = new EventWaiter(PutOff);
        _fixture.Logger = putOff;
        Task<StorageEngine> opening;
        using (var locked = Connect())
        {
            Execute(locked, "PRAGMA locking_mode = EXCLUSIVE");
            Execute(locked, "BEGIN EXCLUSIVE");
            opening = Task.Run(_fixture.OpenOrSetAside);
            putOff.Wait();
            Assert.False(opening.IsCompleted);
        }

        await using var opened = await opening.WaitAsync(Patience);
        Assert.Equal(Records.Value(1, "x"), opened.Find(0, Records.Key("a")));
        Assert.False(Directory.Exists(_fixture.File("damaged-1")));
    }

    [Fact]
    public async Task Find_WhileSqliteCannotRead_WaitsAndIsCounted()
    {
        using var counted = new CounterReader("aspirekv.storage.put_off", _fixture.Meters);
        await using var engine = OpenCheckpointed();
        var left = 3;
        engine.Observer().BeforeCall = call =>
        {
            if (call == SqliteCall.Read && Interlocked.Decrement(ref left) >= 0)
            {
                throw new SqliteException("Injected: unable to open database file", 14);
            }
        };

        Assert.Equal(Records.Value(1, "x"), engine.Find(0, Records.Key("a")));

        Assert.Null(engine.Failure);
        Assert.Equal(3, counted.Read("part", "sqlite"));
    }

    [Fact]
    public async Task Dispose_WhileAReadWaits_EndsTheWait()
    {
        using var putOff = new EventWaiter(PutOff);
        _fixture.Logger = putOff;
        _fixture.Options.Wal.FullRetryInterval = TimeSpan.FromHours(1);
        var engine = OpenCheckpointed();
        engine.Observer().BeforeCall = static _ => throw new SqliteException("Injected: database is locked", 5);
        var read = Task.Run(() => engine.Find(0, Records.Key("a")));
        putOff.Wait();

        await engine.DisposeAsync().AsTask().WaitAsync(Patience);

        await Assert.ThrowsAsync<StorageUnavailableException>(() => read.WaitAsync(Patience));
        Assert.Null(engine.Failure);
    }

    /// <summary>Neither the writer of the WAL nor the filling of the reserve takes it for a failure of the disk.</summary>
    [Fact]
    public async Task Dispose_WhileTheWalWaitsForADescriptor_EndsTheWaitAndFailsNothing()
    {
        using var putOff = new EventWaiter(PutOff);
        _fixture.Logger = putOff;
        var files = new FaultFileSystem(_fixture.Files);
        _fixture.Files = files;
        _fixture.Options.Wal.FullRetryInterval = TimeSpan.FromHours(1);
        _fixture.Options.Wal.ReserveBytes = 2 * _fixture.Options.Wal.SegmentSizeBytes;
        var engine = _fixture.Open();
        WaitForSpares(2);
        engine.AppendDurably(Records.Put(0, "a", 1, Large));
        files.FailEach("create", FaultFileSystem.NoDescriptor);
        for (var i = 2; i <= 4; i++)
        {
            engine.Append(Records.Put(0, "a", i, Large));
        }

        putOff.Wait();

        await engine.DisposeAsync().AsTask().WaitAsync(Patience);

        Assert.Null(engine.Failure);
        files.Kill();
        await using var reopened = _fixture.Open();
        Assert.NotNull(reopened.Find(0, Records.Key("a")));
    }

    [Fact]
    public async Task Dispose_WhileASpareCannotBeGivenUp_EndsTheWaitAndFailsNothing()
    {
        using var putOff = new EventWaiter(PutOff);
        _fixture.Logger = putOff;
        var files = new FaultFileSystem(_fixture.Files);
        _fixture.Files = files;
        _fixture.Options.Wal.FullRetryInterval = TimeSpan.FromHours(1);
        _fixture.Options.Wal.ReserveBytes = 2 * _fixture.Options.Wal.SegmentSizeBytes;
        _fixture.Options.Checkpoints.MemtableBytes = 64 * 1024;
        var engine = _fixture.Open();
        WaitForSpares(2);
        engine.Observer().BeforeCall = static call =>
        {
            if (call == SqliteCall.Commit)
            {
                throw new SqliteException("Injected: database or disk is full", Full);
            }
        };
        files.FailEach("delete", FaultFileSystem.NoMemory);
        for (var i = 1; i <= 5; i++)
        {
            engine.Append(Records.Put(0, $"key{i}", i, Large));
        }

        putOff.Wait();

        await engine.DisposeAsync().AsTask().WaitAsync(Patience);

        Assert.Null(engine.Failure);
    }

    [Fact]
    public async Task Scrub_WhileAnotherProgramHoldsTheLock_GoesOnAfterwards()
    {
        await using var engine = OpenCheckpointed();
        var left = 2;
        engine.Observer().BeforeCall = call =>
        {
            if (call == SqliteCall.Read && Interlocked.Decrement(ref left) >= 0)
            {
                throw new SqliteException("Injected: database is locked", 5);
            }
        };

        Assert.True(engine.Scrub(static _ => true));
        Assert.True(left < 0);
    }

    /// <summary>Descriptors and memory run out for one call of the WAL, of its reserve, of a checkpoint or of the opening.</summary>
    [Theory]
    [InlineData("open", FaultFileSystem.NoDescriptor)]
    [InlineData("create", FaultFileSystem.NoDescriptor)]
    [InlineData("sync directory", FaultFileSystem.NoDescriptor)]
    [InlineData("open", FaultFileSystem.NoDescriptorInTheSystem)]
    [InlineData("create", FaultFileSystem.NoDescriptorInTheSystem)]
    [InlineData("open", FaultFileSystem.NoMemory)]
    [InlineData("rename", FaultFileSystem.NoMemory)]
    [InlineData("delete", FaultFileSystem.NoMemory)]
    [InlineData("allocate", FaultFileSystem.NoMemory)]
    public async Task ACallFindsNoDescriptorOrMemory_TheFirstSixtyOfItsKind_TheEngineGoesOn(string kind, int errno)
    {
        for (var call = 1; ; call++)
        {
            using var fixture = new StorageFixture();
            var files = new FaultFileSystem(fixture.Files);
            fixture.Files = files;
            fixture.Options.Wal.ReserveBytes = 2 * fixture.Options.Wal.SegmentSizeBytes;
            fixture.Options.Wal.FullRetryInterval = TimeSpan.FromMilliseconds(1);
            files.FailOnce(kind, call, errno);
            await using (var engine = fixture.Open())
            {
                for (var i = 1; i <= 30; i++)
                {
                    engine.AppendDurably(Records.Put(0, $"key{i % 7}", i, Large));
                    if (i % 8 == 0)
                    {
                        Assert.True(engine.Checkpoint());
                    }
                }

                Assert.True(engine.Scrub(static _ => true));
                Assert.True(engine.Failure is null, $"{kind} {call}: {engine.Failure}");
            }

            var hasFailed = files.Failures > 0;
            files.PowerCut(static () => 0);
            await using var reopened = fixture.Open();
            for (var i = 24; i <= 30; i++)
            {
                Assert.Equal(Records.Value(i, Large), reopened.Find(0, Records.Key($"key{i % 7}")));
            }

            if (!hasFailed)
            {
                Assert.InRange(call, 2, FirstCalls);
                return;
            }
        }
    }

    /// <summary>The thread of the checkpoints gives a spare up for SQLite; where that fails, the process goes on.</summary>
    [Theory]
    [InlineData(FaultFileSystem.InputOutputError, false)]
    [InlineData(FaultFileSystem.NoMemory, true)]
    public async Task GiveUpSpare_ThatCannotBeDeleted_DoesNotEndTheProcess(int errno, bool passes)
    {
        var files = new FaultFileSystem(_fixture.Files);
        _fixture.Files = files;
        _fixture.Options.Wal.ReserveBytes = 4 * _fixture.Options.Wal.SegmentSizeBytes;
        _fixture.Options.Checkpoints.MemtableBytes = 64 * 1024;
        await using var engine = _fixture.Open();
        WaitForSpares(4);
        var isFull = true;
        engine.Observer().BeforeCall = call =>
        {
            if (call == SqliteCall.Commit && Volatile.Read(ref isFull))
            {
                throw new SqliteException("Injected: database or disk is full", Full);
            }
        };
        files.FailOnce("delete", errno: errno);

        try
        {
            for (var i = 1; i <= 5; i++)
            {
                engine.Append(Records.Put(0, $"key{i}", i, Large));
            }
        }
        catch (StorageUnavailableException) when (!passes)
        {
            // The spare was given up, and the storage failed, before the last of them.
        }

        Assert.True(SpinWait.SpinUntil(() => files.Failures > 0, Patience), "no spare was given up");
        Volatile.Write(ref isFull, false);
        if (passes)
        {
            Assert.True(SpinWait.SpinUntil(() => engine.Checkpoint(), Patience), "no checkpoint ran when there was room again");
            Assert.Null(engine.Failure);
        }
        else
        {
            Assert.True(SpinWait.SpinUntil(() => engine.Failure is IOException, Patience), "the failure went unnoticed");
        }
    }

    [Fact]
    public void TransientFaults_OfASync_AreNone()
    {
        Assert.True(TransientFaults.Is(new IOException("open", FaultFileSystem.NoMemory)));
        Assert.True(TransientFaults.Is(new IOException("open", FaultFileSystem.NoDescriptor)));
        Assert.True(TransientFaults.Is(new InsufficientMemoryException()));
        Assert.False(TransientFaults.Is(new SyncFailedException("sync", FaultFileSystem.NoMemory)));
        Assert.False(TransientFaults.Is(new IOException("write", FaultFileSystem.InputOutputError)));
        Assert.False(TransientFaults.Is(new InvalidOperationException()));
    }

    /// <summary>What a reader that stays for long holds back is told, and given back once the reader is gone.</summary>
    [Fact]
    public async Task SqliteJournal_AfterALongReader_ShrinksAgain()
    {
        const int JournalGrows = 2015;
        const int JournalShrank = 2016;
        const int Limit = 8 * 1024 * 1024;
        using var grows = new EventWaiter(JournalGrows);
        using var shrank = new EventWaiter(JournalShrank);
        var both = new BothLoggers(grows, shrank);
        using var size = new CounterReader("aspirekv.sqlite.journal.size", _fixture.Meters);
        _fixture.Logger = both;
        await using var engine = OpenCheckpointed();
        using (var reader = Connect())
        {
            Execute(reader, "BEGIN");
            Execute(reader, "SELECT count(*) FROM entries");
            for (var round = 0; round < 3; round++)
            {
                for (var i = 0; i < 10; i++)
                {
                    engine.Append(Records.Put(0, $"key{i}", (round * 10) + i + 2, new string('x', 400_000)));
                }

                Assert.True(engine.Checkpoint());
            }

            grows.Wait();
            Assert.InRange(JournalBytes(), Limit + 1, 100 * Limit);
            Assert.Equal(JournalBytes(), size.Read());
        }

        // Even where nothing is written any more.
        Assert.True(engine.Checkpoint());
        shrank.Wait();
        Assert.InRange(JournalBytes(), 0, Limit);
        Assert.Equal(JournalBytes(), size.Read());
    }

    /// <summary>One key that is in SQLite, and not in memory.</summary>
    private StorageEngine OpenCheckpointed()
    {
        _fixture.Options.Cache.MaxBytes = 0;
        var engine = _fixture.Open();
        engine.AppendDurably(Records.Put(0, "a", 1, "x"));
        Assert.True(engine.Checkpoint());
        return engine;
    }

    private void WaitForSpares(int count) =>
        Assert.True(SpinWait.SpinUntil(() => CountSpares() == count, Patience), "the reserve was not filled");

    private int CountSpares() =>
        Directory.GetFiles(_fixture.WalDirectory, "spare-*").Count(path => !path.EndsWith(".new", StringComparison.Ordinal));

    private long JournalBytes() => new FileInfo(_fixture.File("entries.sqlite-wal")).Length;

    private SqliteConnection Connect()
    {
        var connection = new SqliteConnection($"Data Source={_fixture.File("entries.sqlite")};Pooling=False");
        connection.Open();
        return connection;
    }

    private static void Execute(SqliteConnection connection, string text)
    {
        using var command = connection.CreateCommand();
        command.CommandText = text;
        command.ExecuteScalar();
    }
}
