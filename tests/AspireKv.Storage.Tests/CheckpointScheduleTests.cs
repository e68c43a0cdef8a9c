using AspireKv.Storage.Checkpoints;
using AspireKv.Storage.Failures;
using AspireKv.Storage.Files;
using AspireKv.Storage.Memtables;
using AspireKv.Storage.Observers;
using AspireKv.Storage.Sqlite;
using AspireKv.Storage.Wal;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace AspireKv.Storage.Tests;

/// <summary>When checkpoints run by themselves, and what they make of a disk without room, on a time that the test moves.</summary>
public sealed class CheckpointScheduleTests : IDisposable
{
    private const int DiskHasRoomEvent = 2021;
    private const int Busy = 5;
    private const int Full = 13;
    private const int SegmentBytes = 64 * 1024;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    private readonly TempDirectory _directory = new();
    private readonly TestMeterFactory _meters = new();
    private readonly AskedFiles _files = new();
    private readonly TestObserver _observer = new();
    private readonly FakeTimeProvider _time = new();
    private readonly EventWaiter _hasRoom = new(DiskHasRoomEvent);
    private readonly WalOptions _walOptions = new() { SegmentSizeBytes = SegmentBytes, FullRetryInterval = TimeSpan.FromMilliseconds(1) };
    private readonly CheckpointOptions _options = new() { Interval = Interval };
    private readonly PartitionTables _tables = new(cacheBytes: 0);
    private readonly CheckpointThread _thread = new();
    private readonly Patience _patience;
    private readonly SqliteStore _sqlite;
    private readonly Room _room;
    private readonly CheckpointSchedule _schedule;
    private bool _hasEnded;

    public CheckpointScheduleTests()
    {
        var metrics = new StorageMetrics(_meters);
        var factory = new SegmentFactory(_files, _directory.Path, WalFixture.Identity, SegmentBytes, reserved: 0);
        var segment = factory.Create(1, out var salt)!;
        var recovered = new RecoveredWal
        {
            Segments = [segment],
            EndOffset = SegmentHeader.Bytes,
            Salt = salt,
            LastPosition = 0,
            IsMarked = true,
            TornBytes = 0,
        };
        var logger = NullLogger.Instance;
        var failures = new StorageFailures(new NoNotes(), metrics.Failures, _observer, logger);
        var segments = new SegmentRow(factory, recovered.Segments, metrics.Wal, logger);
        var wal = new WriteAheadLog(recovered, failures, _walOptions);
        _patience = new Patience(metrics.Failures, _walOptions.FullRetryInterval, _time, logger);
        _sqlite = SqliteStore.Open(_directory.File("entries.sqlite"), WalFixture.Identity, new SqliteOptions(), _observer);
        _room = new Room(
            _files,
            _directory.Path,
            factory,
            segments,
            wal,
            failures,
            _patience,
            _thread,
            _walOptions,
            _options,
            metrics.Checkpoints,
            _hasRoom);
        var checkpoint = new Checkpoint(
            _sqlite,
            _tables,
            wal,
            segments,
            _room,
            failures,
            _patience,
            metrics.Checkpoints,
            metrics.Failures,
            _observer,
            _time,
            logger);
        _schedule = new CheckpointSchedule(_thread, checkpoint, _room, failures, _walOptions, _options, _time);
    }

    public void Dispose()
    {
        End();
        _sqlite.Dispose();
        _patience.Dispose();
        _hasRoom.Dispose();
        _meters.Dispose();
        _directory.Dispose();
    }

    /// <summary>A lock says nothing of the room, so what was known of it stays.</summary>
    [Fact]
    public void Run_WhereSqliteFindsNoRoomAndThenALock_IsShortUntilItIsDone()
    {
        var wasShort = new List<bool>();
        OnCommit(() =>
        {
            wasShort.Add(_room.IsShort);
            if (wasShort.Count <= 3)
            {
                throw new SqliteException("Injected", wasShort.Count == 1 ? Full : Busy);
            }
        });
        Put("a");
        _room.CountAppended(_options.MemtableBytes);

        _schedule.Start();
        _hasRoom.Wait();

        Assert.Equal([false, true, true, true], wasShort);
        Assert.False(_room.IsShort);
    }

    /// <summary>A disk that cannot be asked says nothing of its room either.</summary>
    [Fact]
    public void Run_WhereTheDiskHasNoRoomAndThenCannotBeAsked_IsShortUntilThereIsRoom()
    {
        var wasShort = new List<bool>();
        _files.OnAsked = ask =>
        {
            wasShort.Add(_room.IsShort);
            return ask <= 2 ? 0 : ask > 4 ? long.MaxValue : throw new IOException("Injected: no memory", FaultFileSystem.NoMemory);
        };

        _schedule.Start();
        _hasRoom.Wait();

        // Asked twice a run: before the checkpoint and after it.
        Assert.Equal([false, false, true, true, true, true], wasShort);
        Assert.False(_room.IsShort);
    }

    /// <summary>A run that met nothing waits for the interval, and not for the pause between tries, which is none here.</summary>
    [Fact]
    public void Run_WithRoomAndNothingDue_ComesAgainOnlyWhenAsked()
    {
        const int Requests = 50;
        _walOptions.FullRetryInterval = TimeSpan.Zero;
        _schedule.Start();
        WaitForAsks(1);
        for (var i = 0; i < Requests; i++)
        {
            RequestRun();
        }

        End();

        Assert.Equal(1 + Requests, _files.Asks);
    }

    [Fact]
    public void Run_OnceTheIntervalIsOver_MovesWhatThereIsAndBeginsTheIntervalAnew()
    {
        using var isCommitted = new SemaphoreSlim(0);
        OnCommit(() => isCommitted.Release());
        Put("a");
        _schedule.Start();
        WaitForAsks(1);
        _time.Advance(Interval - TimeSpan.FromTicks(1));

        // The first of these ends a tick before the interval, so that the next comes without being asked for.
        RequestRun();
        WaitForAsks(_files.Asks + 2);
        Assert.Equal(0, isCommitted.CurrentCount);
        _time.Advance(TimeSpan.FromTicks(1));
        Assert.True(isCommitted.Wait(Patience), "no checkpoint ran when the interval was over");
        Put("b");
        for (var i = 0; i < 4; i++)
        {
            RequestRun();
        }

        End();

        Assert.Equal(0, isCommitted.CurrentCount);
    }

    /// <summary>SQLite is closed right behind the schedule.</summary>
    [Fact]
    public async Task Dispose_WhileACheckpointRunsOnAnotherThread_WaitsForIt()
    {
        using var hasBegun = new ManualResetEventSlim();
        using var mayEnd = new ManualResetEventSlim();
        OnCommit(() =>
        {
            hasBegun.Set();
            mayEnd.Wait(Patience);
        });
        Put("a");
        var run = Task.Run(_schedule.RunNow);
        Assert.True(hasBegun.Wait(Patience), "the checkpoint did not begin");

        var dispose = Task.Run(End);
        var first = await Task.WhenAny(dispose, Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System));

        Assert.NotSame(dispose, first);
        mayEnd.Set();
        await dispose.WaitAsync(Patience);
        Assert.True(await run.WaitAsync(Patience));
    }

    [Fact]
    public void Dispose_AfterACheckpointThatWasPutOff_ForgetsWhatItBegan()
    {
        var commits = 0;
        OnCommit(() => throw new SqliteException("Injected", Busy));
        Put("a");
        Assert.False(_schedule.RunNow());
        OnCommit(() => commits++);

        End();
        _schedule.RunNow();

        Assert.Equal(0, commits);
    }

    private void Put(string key)
    {
        var table = _tables[0];
        lock (table.Gate)
        {
            table.Apply(Records.Put(0, key, 1, "x"));
        }
    }

    private void RequestRun()
    {
        var asks = _files.Asks;
        _thread.Request();
        WaitForAsks(asks + 1);
    }

    private void WaitForAsks(int count) =>
        Assert.True(SpinWait.SpinUntil(() => _files.Asks >= count, Patience), "the disk was not asked for its room");

    private void End()
    {
        if (!_hasEnded)
        {
            _hasEnded = true;
            _schedule.Dispose();
        }
    }

    private void OnCommit(Action action) => _observer.BeforeCall = call =>
    {
        if (call == SqliteCall.Commit)
        {
            action();
        }
    };

    /// <summary>The files of the machine, on a disk that says what the test wants when it is asked for its room.</summary>
    private sealed class AskedFiles : DelegatingFiles
    {
        private int _asks;

        /// <summary>How often the disk was asked.</summary>
        public int Asks => Volatile.Read(ref _asks);

        /// <summary>Takes which time it is, from 1; returns the bytes that are free.</summary>
        public Func<int, long> OnAsked { get; set; } = static _ => long.MaxValue;

        protected override IFileSystem Inner { get; } = new PhysicalFileSystem();

        public override long GetAvailableBytes(string directory)
        {
            var ask = Interlocked.Increment(ref _asks);
            return OnAsked(ask);
        }
    }
}
