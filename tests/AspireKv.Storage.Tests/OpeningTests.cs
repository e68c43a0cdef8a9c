using AspireKv.Storage.Failures;
using AspireKv.Storage.Observers;
using Microsoft.Data.Sqlite;

namespace AspireKv.Storage.Tests;

/// <summary>What an opening waits for, what it refuses, and what it says.</summary>
public sealed class OpeningTests : IDisposable
{
    private const int CannotOpen = 14;

    private readonly StorageFixture _fixture = new();

    public OpeningTests() => _fixture.Options.Wal.FullRetryInterval = TimeSpan.FromMilliseconds(1);

    public void Dispose() => _fixture.Dispose();

    /// <summary>SQLite says the same where there is no descriptor, which passes, and where the file may not be opened.</summary>
    [Theory]
    [InlineData(30, true)]
    [InlineData(31, false)]
    public async Task Open_WhatSqliteCannotOpen_IsWaitedForHalfAMinute(int seconds, bool isWaitedFor)
    {
        await (_fixture.Open()).DisposeAsync();
        var time = new OneStep(TimeSpan.FromSeconds(seconds));
        var left = 2;
        var observer = new TestObserver
        {
            BeforeCall = _ =>
            {
                if (left-- > 0)
                {
                    throw new SqliteException("Injected: unable to open database file", CannotOpen);
                }
            },
        };
        var opening = new StorageOpening(
            _fixture.Files, _fixture.Path, _fixture.Node, _fixture.Options, new StorageMetrics(_fixture.Meters), time, _fixture.Logger);

        if (isWaitedFor)
        {
            await opening.Open(observer).DisposeAsync();
            Assert.True(left < 0);
        }
        else
        {
            Assert.Throws<DataDirectoryException>(() => opening.Open(observer));
        }
    }

    [Fact]
    public async Task Open_SqliteOfAnotherNode_IsDamage()
    {
        using var other = new StorageFixture { Node = new(2) };
        await (other.Open()).DisposeAsync();
        await (_fixture.Open()).DisposeAsync();
        File.Copy(other.File("entries.sqlite"), _fixture.File("entries.sqlite"), overwrite: true);

        Assert.Throws<StorageDamagedException>(() => _fixture.Open());
    }

    [Fact]
    public async Task Open_SqliteOfAnotherLife_IsDamage()
    {
        using var other = new StorageFixture();
        await (other.Open()).DisposeAsync();
        await (_fixture.Open()).DisposeAsync();
        File.Copy(other.File("entries.sqlite"), _fixture.File("entries.sqlite"), overwrite: true);

        Assert.Throws<StorageDamagedException>(() => _fixture.Open());
    }

    [Fact]
    public void SetAside_OfADirectoryWithoutFiles_IsRefused() =>
        Assert.Throws<DataDirectoryException>(() => _fixture.Opening(_fixture.Node).SetAside());

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task SetAside_WhereFilesCannotBeMoved_IsRefusedInOneLine(bool byAnOperator)
    {
        await (_fixture.Open()).DisposeAsync();
        File.WriteAllText(_fixture.File("damage"), "harmed");
        var files = new FaultFileSystem(_fixture.Files);
        _fixture.Files = files;
        files.FailOnce("rename");

        var refused = Assert.Throws<DataDirectoryException>(() =>
        {
            if (byAnOperator)
            {
                _fixture.Opening(_fixture.Node).SetAside();
            }
            else
            {
                _fixture.OpenOrSetAside();
            }
        });

        Assert.Contains("cannot be moved", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Open_AfterATornWrite_SaysSo()
    {
        const int TornTailCut = 2002;
        await using (var engine = _fixture.Open())
        {
            engine.AppendDurably(Records.Put(0, "a", 1, "x"));
        }

        using var told = new EventWaiter(TornTailCut);
        _fixture.Logger = told;
        await (_fixture.Open()).DisposeAsync();
        Assert.Equal(0, told.Count);
        var segment = Directory.GetFiles(_fixture.WalDirectory).Single();
        var bytes = File.ReadAllBytes(segment);
        bytes[bytes.AsSpan().LastIndexOfAnyExcept((byte)0)] ^= 1;
        File.WriteAllBytes(segment, bytes);

        await using var reopened = _fixture.Open();

        Assert.Equal(1, told.Count);
        Assert.Equal(Records.Value(1, "x"), reopened.Find(0, Records.Key("a")));
    }

    /// <summary>The program's fault ends the pass and the storage, and is no damage.</summary>
    [Fact]
    public async Task Scrub_AFaultOfTheProgram_FailsTheEngine()
    {
        await using var engine = _fixture.Open();
        engine.AppendDurably(Records.Put(0, "a", 1, "x"));
        Assert.True(engine.Checkpoint());
        var fault = new InvalidOperationException("a fault of the program");

        Assert.False(engine.Scrub(_ => throw fault));

        Assert.Same(fault, engine.Failure);
        Assert.False(engine.MayBeginAnew);
    }

    [Theory]
    [InlineData(11, true)]
    [InlineData(1, false)]
    public async Task Checkpoint_ThatSqliteRefuses_FailsTheEngine(int code, bool isDamage)
    {
        await using var engine = _fixture.Open();
        engine.AppendDurably(Records.Put(0, "a", 1, "x"));
        engine.Observer().BeforeCall = call =>
        {
            if (call == SqliteCall.Commit)
            {
                throw new SqliteException("Injected", code);
            }
        };

        Assert.False(engine.Checkpoint());

        Assert.Equal(isDamage, engine.Failure is StorageDamagedException);
        Assert.NotNull(engine.Failure);
        Assert.Equal(isDamage, File.Exists(_fixture.File("damage")));
    }

    /// <summary>The first look at the time is before the step, all others after it.</summary>
    private sealed class OneStep(TimeSpan step) : TimeProvider
    {
        private long _looks;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Interlocked.Increment(ref _looks) == 1 ? 1 : 1 + step.Ticks;
    }
}
