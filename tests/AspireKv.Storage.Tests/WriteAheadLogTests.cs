using AspireKv.Cluster.Versioning;
using AspireKv.Storage.Failures;
using AspireKv.Storage.Wal;
using Microsoft.Extensions.Logging.Abstractions;

namespace AspireKv.Storage.Tests;

/// <summary>Appending and waiting, with the test in the place of the writer.</summary>
public sealed class WriteAheadLogTests : IDisposable
{
    private const long LastPosition = 7;

    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(30);

    private readonly TestMeterFactory _meters = new();
    private readonly WalOptions _options = new()
    {
        IdleMarkDelay = TimeSpan.FromHours(1),
        FullRetryInterval = TimeSpan.FromHours(1),
    };

    private readonly StorageFailures _failures;

    public WriteAheadLogTests() => _failures = new StorageFailures(
        new NoNotes(), new StorageMetrics(_meters).Failures, new TestObserver(), NullLogger.Instance);

    public void Dispose() => _meters.Dispose();

    [Fact]
    public void Append_GivesThePositionsBehindTheLast()
    {
        var wal = Create();
        Assert.Equal((LastPosition, LastPosition), (wal.LastPosition, wal.DurablePosition));

        Assert.Equal(LastPosition + 1, Append(wal));
        Assert.Equal(LastPosition + 2, Append(wal));

        Assert.Equal((LastPosition + 2, LastPosition), (wal.LastPosition, wal.DurablePosition));
    }

    [Fact]
    public void Append_CountsItsBytes_UntilTheyAreTaken()
    {
        var wal = Create();
        Append(wal);
        var bytes = wal.PendingBytes;
        Assert.Equal(bytes, wal.AppendedBytes);
        Append(wal);
        Assert.Equal((2 * bytes, 2L * bytes), (wal.PendingBytes, wal.AppendedBytes));

        var group = wal.TakeGroup()!;
        Assert.Equal((0, 2L * bytes), (wal.PendingBytes, wal.AppendedBytes));
        Append(wal);

        Assert.Equal((bytes, 3L * bytes), (wal.PendingBytes, wal.AppendedBytes));
        Assert.Equal((LastPosition + 1, LastPosition + 2, 2 * bytes), (group.FirstPosition, group.LastPosition, group.Length));
    }

    [Fact]
    public void Append_OfWhatTheFormatCannotHold_TakesNoPosition()
    {
        var wal = Create();
        Append(wal);
        var bytes = wal.PendingBytes;
        var tombstoneWithAValue = Entry.Tombstone(Records.Stamp(1)) with { Value = new byte[1] };

        Assert.Throws<ArgumentException>(() => wal.Append(Records.Put(0, "key", 1, "value") with { Entry = tombstoneWithAValue }));

        Assert.Equal((LastPosition + 1, bytes), (wal.LastPosition, wal.PendingBytes));
    }

    [Fact]
    public async Task Append_WakesTheWriter()
    {
        var wal = Create();
        var taken = Task.Run(wal.TakeGroup);

        Append(wal);

        Assert.Equal(LastPosition + 1, (await taken.WaitAsync(Bound))!.LastPosition);
    }

    [Fact]
    public void Append_AfterAFailure_SaysOfWhat()
    {
        var wal = Create();
        var failure = new IOException("the disk is gone");
        _failures.Fail(failure, part: null);

        var refused = Assert.Throws<StorageUnavailableException>(() => Append(wal));

        Assert.Same(failure, refused.InnerException);
        Assert.Equal(LastPosition, wal.LastPosition);
    }

    [Fact]
    public void Append_AfterTheEnd_IsRefused()
    {
        var wal = Create();
        Assert.False(wal.IsClosed);
        wal.Close();

        Assert.True(wal.IsClosed);
        Assert.Throws<StorageUnavailableException>(() => Append(wal));
    }

    [Fact]
    public async Task WaitDurable_EndsWithTheGroup()
    {
        var wal = Create();
        Assert.True(wal.WaitDurable(LastPosition));
        var position = Append(wal);
        var waiting = Task.Run(() => wal.WaitDurable(position));
        var group = wal.TakeGroup()!;
        Assert.False(waiting.IsCompleted);

        wal.MarkDurable(group);

        Assert.True(await waiting.WaitAsync(Bound));
        Assert.Equal(position, wal.DurablePosition);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task WaitDurable_AfterTheEndOrAFailure_HasNotWhatIsNotSynced(bool isFailure)
    {
        var wal = Create();
        var position = Append(wal);
        var waiting = Task.Run(() => wal.WaitDurable(position));

        End(wal, isFailure);

        Assert.False(await waiting.WaitAsync(Bound));
        Assert.False(wal.WaitDurable(position));
        Assert.True(wal.WaitDurable(LastPosition));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task TakeGroup_WithNothingToWrite_EndsWithTheWal(bool isFailure)
    {
        var wal = Create();
        var taken = Task.Run(wal.TakeGroup);

        End(wal, isFailure);

        Assert.Null(await taken.WaitAsync(Bound));
    }

    [Fact]
    public void TakeGroup_AfterAFailure_TakesNothing()
    {
        var wal = Create();
        Append(wal);
        _failures.Fail(new IOException("failed"), part: null);

        Assert.Null(wal.TakeGroup());
    }

    [Fact]
    public void TakeGroup_AfterTheEnd_TakesWhatIsLeftAndAMark()
    {
        var wal = Create();
        Append(wal);
        wal.Close();

        Write(wal, isOnlyMark: false);
        Write(wal, isOnlyMark: true);

        Assert.Null(wal.TakeGroup());
        Assert.Equal(LastPosition + 2, wal.DurablePosition);
    }

    [Fact]
    public void TakeGroup_OfALogWithoutAMarkAtItsEnd_IsOne()
    {
        var wal = Create(isMarked: false);
        wal.Close();

        Write(wal, isOnlyMark: true);

        Assert.Null(wal.TakeGroup());
    }

    [Fact]
    public void TakeGroup_OfAnIdleLog_IsAMark()
    {
        _options.IdleMarkDelay = TimeSpan.FromMilliseconds(1);
        var wal = Create();
        Append(wal);
        Write(wal, isOnlyMark: false);

        Write(wal, isOnlyMark: true);

        Assert.Equal(LastPosition + 2, wal.DurablePosition);
    }

    /// <summary>Of a writer that waits for the time of the mark.</summary>
    [Fact]
    public async Task TakeGroup_BeforeTheWalIsIdle_IsTheNextRecord()
    {
        var wal = Create(isMarked: false);
        var taken = Task.Run(wal.TakeGroup);

        Append(wal);

        var group = (await taken.WaitAsync(Bound))!;
        Assert.Equal((1, false), (group.Count, group.IsOnlyMark));
    }

    [Fact]
    public async Task WaitForRoom_UntilAGroupIsWritten_IsSaid()
    {
        _options.FullRetryInterval = TimeSpan.FromMilliseconds(1);
        var wal = Create();
        Append(wal);
        var group = wal.TakeGroup()!;
        Assert.False(wal.IsOutOfRoom);

        Assert.True(wal.WaitForRoom());
        Assert.True(wal.IsOutOfRoom);
        wal.MarkDurable(group);
        Assert.False(wal.IsOutOfRoom);

        wal.Close();
        Assert.False(await Task.Run(wal.WaitForRoom).WaitAsync(Bound));
    }

    /// <summary>However long the interval is.</summary>
    [Fact]
    public async Task WaitForRoom_AtTheEnd_WaitsNoLonger()
    {
        var wal = Create();
        var waiting = Task.Run(wal.WaitForRoom);
        Assert.True(SpinWait.SpinUntil(() => wal.IsOutOfRoom, Bound), "nothing waited for room");

        wal.Close();

        Assert.False(await waiting.WaitAsync(Bound));
        Assert.False(await Task.Run(wal.WaitForRoom).WaitAsync(Bound));
    }

    private static long Append(WriteAheadLog wal) => wal.Append(Records.Put(0, "key", 1, "value"));

    private static void Write(WriteAheadLog wal, bool isOnlyMark)
    {
        var group = wal.TakeGroup()!;
        Assert.Equal(isOnlyMark, group.IsOnlyMark);
        wal.MarkDurable(group);
        group.Clear();
    }

    private WriteAheadLog Create(bool isMarked = true) => new(
        new RecoveredWal
        {
            Segments = [],
            EndOffset = SegmentHeader.Bytes,
            Salt = 0,
            LastPosition = LastPosition,
            IsMarked = isMarked,
            TornBytes = 0,
        },
        _failures,
        _options);

    private void End(WriteAheadLog wal, bool isFailure)
    {
        if (isFailure)
        {
            _failures.Fail(new IOException("failed"), part: null);
        }
        else
        {
            wal.Close();
        }
    }
}
