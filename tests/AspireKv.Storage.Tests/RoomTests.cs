using AspireKv.Cluster.Operations;
using AspireKv.Cluster.Versioning;
using AspireKv.Storage.Checkpoints;
using AspireKv.Storage.Failures;
using AspireKv.Storage.Files;
using AspireKv.Storage.Sqlite;
using AspireKv.Storage.Wal;

namespace AspireKv.Storage.Tests;

/// <summary>Each bound at the last byte that it lets pass, and at the first that it does not.</summary>
public sealed class RoomTests : IDisposable
{
    private const int DiskFullEvent = 2020;
    private const int DiskHasRoomEvent = 2021;
    private const int SegmentBytes = 64 * 1024;
    private const int Spares = 2;

    private readonly TempDirectory _directory = new();
    private readonly TestMeterFactory _meters = new();
    private readonly MeasuredFiles _files = new();
    private readonly WalOptions _walOptions = new() { SegmentSizeBytes = SegmentBytes };
    private readonly CheckpointOptions _options = new();
    private readonly EventWaiter _full = new(DiskFullEvent);
    private readonly EventWaiter _hasRoom = new(DiskHasRoomEvent);
    private readonly CheckpointThread _thread = new();
    private readonly StorageFailures _failures;
    private readonly SegmentFactory _factory;
    private readonly SegmentRow _segments;
    private readonly WriteAheadLog _wal;
    private readonly Patience _patience;
    private readonly Room _room;

    public RoomTests()
    {
        var metrics = new StorageMetrics(_meters);
        _factory = new SegmentFactory(_files, _directory.Path, WalFixture.Identity, SegmentBytes, Spares);
        var segment = _factory.Create(1, out var salt)!;
        Assert.True(_factory.FillReserve());
        var recovered = new RecoveredWal
        {
            Segments = [segment],
            EndOffset = SegmentHeader.Bytes,
            Salt = salt,
            LastPosition = 0,
            IsMarked = true,
            TornBytes = 0,
        };
        _failures = new StorageFailures(new NoNotes(), metrics.Failures, new TestObserver(), _full);
        _segments = new SegmentRow(_factory, recovered.Segments, metrics.Wal, _full);
        _wal = new WriteAheadLog(recovered, _failures, _walOptions);
        _patience = new Patience(metrics.Failures, TimeSpan.FromMilliseconds(1), TimeProvider.System, _full);
        _room = new Room(
            _files,
            _directory.Path,
            _factory,
            _segments,
            _wal,
            _failures,
            _patience,
            _thread,
            _walOptions,
            _options,
            metrics.Checkpoints,
            new BothLoggers(_full, _hasRoom));
    }

    public void Dispose()
    {
        _patience.Dispose();
        _thread.Dispose();
        _full.Dispose();
        _hasRoom.Dispose();
        _meters.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public void Check_BeyondTheBoundOfMemory_Refuses()
    {
        _room.CountAppended(_options.MemtableLimitBytes);
        Assert.Equal(NotAppliedReason.None, Check());

        _room.CountAppended(1);
        Assert.Equal(NotAppliedReason.StorageUnavailable, Check());

        _room.CountReleased(1);
        Assert.Equal(NotAppliedReason.None, Check());
    }

    [Fact]
    public void Check_BeyondTheBoundOfWhatWaitsForTheDisk_Refuses()
    {
        Append();
        _walOptions.MaxPendingBytes = _wal.PendingBytes;
        Assert.Equal(NotAppliedReason.None, Check());

        _walOptions.MaxPendingBytes--;
        Assert.Equal(NotAppliedReason.StorageUnavailable, Check());
    }

    [Fact]
    public void Check_BeyondTheBoundOfTheWal_RefusesAndAsksForACheckpoint()
    {
        _walOptions.LimitBytes = _segments.Bytes;
        Assert.Equal(NotAppliedReason.None, Check());
        Assert.False(_room.IsCheckpointDue);

        _walOptions.LimitBytes--;
        Assert.Equal(NotAppliedReason.StorageUnavailable, Check());
        Assert.True(_room.IsCheckpointDue);
    }

    [Fact]
    public void Check_AfterAFailure_Refuses()
    {
        _failures.Fail(new IOException("failed"), part: null);

        Assert.Equal(NotAppliedReason.StorageUnavailable, Check());
    }

    /// <summary>What gives room back lives on the reserve, as long as there is one.</summary>
    [Fact]
    public void Check_WithoutRoom_RefusesNewValuesOnlyWhileThereIsAReserve()
    {
        var restamped = Records.Value(2, "x") with { Revision = Records.Stamp(1) };
        var tombstone = Entry.Tombstone(Records.Stamp(3));
        _room.NoteShort(isShort: true);

        Assert.True(_room.IsFull);
        Assert.Equal(NotAppliedReason.StorageFull, Check());
        Assert.Equal(NotAppliedReason.None, _room.Check(restamped));
        Assert.Equal(NotAppliedReason.None, _room.Check(tombstone));

        Assert.True(_room.GiveUpSpare());
        Assert.False(_room.GiveUpSpare());
        Assert.Equal(NotAppliedReason.None, _room.Check(tombstone));
        Assert.True(_factory.ReleaseSpare(keep: 0));
        Assert.Equal(NotAppliedReason.StorageFull, _room.Check(tombstone));
        Assert.Equal(NotAppliedReason.StorageFull, _room.Check(restamped));
    }

    [Theory]
    [InlineData(999, false)]
    [InlineData(1000, true)]
    public void Begin_WithEnoughForACheckpoint_AsksForOne(int replayed, bool isDue)
    {
        _options.MemtableBytes = 1000;

        _room.Begin(replayed);

        Assert.Equal(isDue, _room.IsCheckpointDue);
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(1, false)]
    public void Begin_WithAWalThatIsLongEnough_AsksForACheckpoint(int more, bool isDue)
    {
        _options.WalBytes = _segments.Bytes + more;

        _room.Begin(0);

        Assert.Equal(isDue, _room.IsCheckpointDue);
    }

    /// <summary>What a start found in the WAL is as much to be moved as what comes.</summary>
    [Theory]
    [InlineData(0, false, true)]
    [InlineData(1, false, false)]
    [InlineData(0, true, true)]
    [InlineData(2, true, false)]
    public void CountAppended_WithAWalThatIsLongEnough_AsksForACheckpoint(int more, bool byTheLimit, bool isDue)
    {
        _room.Begin(0);
        Append();
        var bytes = _segments.Bytes + _wal.AppendedBytes;
        _options.WalBytes = byTheLimit ? long.MaxValue : bytes + more;
        _walOptions.LimitBytes = byTheLimit ? (2 * bytes) + more : long.MaxValue;

        _room.CountAppended(0);

        Assert.Equal(isDue, _room.IsCheckpointDue);
    }

    [Fact]
    public void CountAppended_SinceTheLastCheckpoint_AsksForTheNext()
    {
        using var size = new CounterReader("aspirekv.memtable.size", _meters);
        _options.MemtableBytes = 1000;
        _room.Begin(400);
        Assert.Equal(400, size.Read());
        _room.CountAppended(599);
        Assert.False(_room.IsCheckpointDue);
        _room.CountAppended(1);
        Assert.True(_room.IsCheckpointDue);
        Assert.Equal(1000, size.Read());

        _room.BeginCheckpoint();
        _room.CountFrozen(1000);
        _room.CountAppended(999);
        Assert.False(_room.IsCheckpointDue);
        _room.CountReleased(1000);
        _room.EndCheckpoint();
        Assert.Equal(999, size.Read());
        _room.CountAppended(0);
        Assert.False(_room.IsCheckpointDue);
        _room.CountAppended(1);
        Assert.True(_room.IsCheckpointDue);
    }

    [Fact]
    public void CountAppended_WithEnoughForACheckpoint_WakesItsThread()
    {
        using var ran = new SemaphoreSlim(0);
        _thread.Start(() =>
        {
            ran.Release();
            return Timeout.InfiniteTimeSpan;
        });
        Assert.True(ran.Wait(TimeSpan.FromSeconds(30)), "the thread did not run at its start");

        _room.CountAppended(_options.MemtableBytes);

        Assert.True(ran.Wait(TimeSpan.FromSeconds(30)), "the thread was not asked for a checkpoint");
    }

    [Fact]
    public void BeginCheckpoint_CountsTheWalAnew()
    {
        _room.Begin(0);
        Append();
        _options.WalBytes = _wal.AppendedBytes;
        _room.BeginCheckpoint();
        _room.CountAppended(0);
        Assert.False(_room.IsCheckpointDue);

        Append();
        _room.CountAppended(0);
        Assert.True(_room.IsCheckpointDue);
    }

    /// <summary>Besides the reserve there must be room for SQLite to take in all of memory, and for one more segment.</summary>
    [Fact]
    public void FillReserve_LooksForTheRoomThatACheckpointNeeds()
    {
        const int Memory = 400;
        const int WithPages = 500;
        _room.Begin(Memory);
        _files.Available = WithPages + SqliteStore.MaxJournalBytes + SegmentBytes;
        Assert.Equal(ReserveState.Filled, _room.FillReserve());

        _files.Available--;
        Assert.Equal(ReserveState.NoRoom, _room.FillReserve());

        _failures.Fail(new IOException("failed"), part: null);
        Assert.Equal(ReserveState.Filled, _room.FillReserve());
    }

    [Fact]
    public void FillReserve_WhereACallFails_IsUnknown()
    {
        _files.Failure = new IOException("no memory", FaultFileSystem.NoMemory);
        Assert.Equal(ReserveState.Unknown, _room.FillReserve());
        Assert.Null(_failures.First);

        _files.Failure = new UnauthorizedAccessException("not allowed");
        Assert.Equal(ReserveState.Unknown, _room.FillReserve());
        Assert.Same(_files.Failure, _failures.First);
    }

    [Fact]
    public void NoteShort_ThatChanges_IsToldAndMeasured()
    {
        using var full = new CounterReader("aspirekv.storage.full", _meters);
        _room.NoteShort(isShort: false);
        Assert.Equal((0, 0L, false), (_full.Count, full.Read(), _room.IsShort));
        _room.NoteShort(isShort: true);
        _room.NoteShort(isShort: true);
        Assert.Equal((1, 1L, true), (_full.Count, full.Read(), _room.IsShort));
        Assert.Equal(0, _hasRoom.Count);
        _room.NoteShort(isShort: false);
        Assert.Equal((1, 0L, false), (_full.Count, full.Read(), _room.IsShort));
        Assert.Equal(1, _hasRoom.Count);

        _failures.Fail(new IOException("failed"), part: null);
        _room.NoteShort(isShort: true);
        Assert.False(_room.IsShort);
    }

    private NotAppliedReason Check() => _room.Check(Records.Value(1, "x"));

    private void Append() => _wal.Append(Records.Put(0, "key", 1, "value"));

    /// <summary>The files of the machine, on a disk with as much room as is said.</summary>
    private sealed class MeasuredFiles : DelegatingFiles
    {
        public long Available { get; set; } = long.MaxValue;

        public Exception? Failure { get; set; }

        protected override IFileSystem Inner { get; } = new PhysicalFileSystem();

        public override long GetAvailableBytes(string directory) => Failure is { } failure ? throw failure : Available;
    }
}
