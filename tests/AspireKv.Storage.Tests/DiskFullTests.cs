using AspireKv.Cluster.Operations;
using AspireKv.Cluster.Replicas;
using AspireKv.Cluster.Versioning;
using AspireKv.Storage.Failures;

namespace AspireKv.Storage.Tests;

/// <summary>A disk without room refuses puts and loses nothing; a disk that fails is left alone from then on.</summary>
public sealed class DiskFullTests : IDisposable
{
    private const int FirstCalls = 50;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly string Large = new('v', 20_000);

    private readonly StorageFixture _fixture = new();
    private readonly FaultFileSystem _files;

    public DiskFullTests()
    {
        _fixture.Files = _files = new FaultFileSystem(_fixture.Files);
        _fixture.Options.Wal.ReserveBytes = 4 * _fixture.Options.Wal.SegmentSizeBytes;
        _fixture.Options.Wal.FullRetryInterval = TimeSpan.FromMilliseconds(10);
        _fixture.Options.Checkpoints.WalBytes = 3 * _fixture.Options.Wal.SegmentSizeBytes;
    }

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task FullDisk_RefusesPutsOnly_AndGoesOnWhenThereIsRoom()
    {
        var refused = Records.Value(1_000, "refused");
        var tombstone = Entry.Tombstone(Records.Stamp(1_001));
        var repeated = Records.Value(1_002, "repeated") with { Revision = Records.Stamp(1) };
        var accepted = 0;
        await using (var engine = _fixture.Open())
        {
            WaitForReserve();
            _files.IsFull = true;
            for (; accepted < 1_000 && engine.CheckRoom(refused) == NotAppliedReason.None; accepted++)
            {
                engine.AppendDurably(Records.Put(0, $"key{accepted}", accepted + 1, Large));
            }

            Assert.InRange(accepted, 1, 20);
            Assert.True(engine.IsFull);
            Assert.Equal(NotAppliedReason.StorageFull, engine.CheckRoom(refused));
            Assert.Equal(NotAppliedReason.None, engine.CheckRoom(tombstone));
            Assert.Equal(NotAppliedReason.None, engine.CheckRoom(repeated));
            engine.AppendDurably(new BallotPromised(1, new Ballot(7, new(2))));
            engine.AppendDurably(new EntryAccepted(0, Records.Key("key0"), tombstone));
            Assert.Equal(Records.Value(2, Large), engine.Find(0, Records.Key("key1")));
            Assert.Null(engine.Failure);

            _files.IsFull = false;
            Assert.True(SpinWait.SpinUntil(() => engine.CheckRoom(refused) == NotAppliedReason.None, Patience), "there was no room again");
            engine.AppendDurably(Records.Put(0, "after", 2_000, Large));
        }

        await using var reopened = _fixture.Open();
        Assert.Equal(tombstone, reopened.Find(0, Records.Key("key0")));
        Assert.Equal(Records.Value(2_000, Large), reopened.Find(0, Records.Key("after")));
        for (var i = 1; i < accepted; i++)
        {
            Assert.Equal(Records.Value(i + 1, Large), reopened.Find(0, Records.Key($"key{i}")));
        }
    }

    [Fact]
    public async Task FullDisk_DeletesAndCheckpointsLiveOnTheReserve()
    {
        await using var engine = _fixture.Open();
        WaitForReserve();
        _files.IsFull = true;
        for (var i = 0; engine.CheckRoom(Records.Value(1, "x")) == NotAppliedReason.None; i++)
        {
            engine.AppendDurably(Records.Put(0, $"key{i}", i + 1, Large));
        }

        // Far more than the reserve could hold at once.
        for (var i = 0; i < 6_000; i++)
        {
            var tombstone = Records.Delete(0, $"key{i % 100}", 10_000 + i);
            Assert.True(
                SpinWait.SpinUntil(() => engine.CheckRoom(tombstone.Entry) == NotAppliedReason.None, Patience),
                $"delete {i} found no room");
            if (i % 10 == 0)
            {
                engine.AppendDurably(tombstone);
            }
            else
            {
                engine.Append(tombstone);
            }
        }

        Assert.Null(engine.Failure);
    }

    [Fact]
    public async Task FullDisk_AGroupLargerThanASegment_WaitsForRoom()
    {
        _fixture.Options.Wal.ReserveBytes = 0;
        await using var engine = _fixture.Open();
        engine.AppendDurably(Records.Put(0, "a", 1, "x"));
        _files.IsFull = true;

        var position = engine.Append(Records.Put(0, "large", 2, new string('x', 200_000)));
        Assert.True(SpinWait.SpinUntil(() => engine.IsFull, Patience), "the full disk was not noticed");
        Assert.Equal(NotAppliedReason.StorageFull, engine.CheckRoom(Entry.Tombstone(Records.Stamp(3))));
        Assert.True(engine.DurablePosition < position);

        _files.IsFull = false;
        Assert.True(engine.WaitDurable(position));
        Assert.False(engine.IsFull);
    }

    [Theory]
    [InlineData("write", FaultFileSystem.InputOutputError)]
    [InlineData("sync", FaultFileSystem.InputOutputError)]
    [InlineData("allocate", FaultFileSystem.InputOutputError)]
    [InlineData("create", FaultFileSystem.InputOutputError)]
    [InlineData("rename", FaultFileSystem.InputOutputError)]
    [InlineData("delete", FaultFileSystem.InputOutputError)]
    [InlineData("sync directory", FaultFileSystem.InputOutputError)]
    [InlineData("write", FaultFileSystem.NoSpace)]
    [InlineData("sync", FaultFileSystem.NoSpace)]
    [InlineData("allocate", FaultFileSystem.NoSpace)]
    [InlineData("create", FaultFileSystem.NoSpace)]
    [InlineData("rename", FaultFileSystem.NoSpace)]
    [InlineData("delete", FaultFileSystem.NoSpace)]
    [InlineData("sync directory", FaultFileSystem.NoSpace)]
    [InlineData("sync", FaultFileSystem.NoMemory)]
    public async Task ACallFails_TheFirstFiftyOfItsKind_NothingDurableIsLost(string kind, int errno)
    {
        for (var call = 1; call <= FirstCalls; call++)
        {
            using var fixture = new StorageFixture();
            var files = new FaultFileSystem(fixture.Files);
            fixture.Files = files;
            fixture.Options.Wal.ReserveBytes = 2 * fixture.Options.Wal.SegmentSizeBytes;
            fixture.Options.Wal.FullRetryInterval = TimeSpan.FromMilliseconds(10);
            var durable = await RunAsync(fixture, files, kind, call, errno);
            if (files.Failures == 0)
            {
                // The script has no more calls of the kind.
                Assert.InRange(call, 2, FirstCalls);
                return;
            }

            files.PowerCut(() => 0);
            await using var engine = fixture.Open();
            foreach (var (key, entry) in durable)
            {
                var found = engine.Find(0, Records.Key(key));
                Assert.True(
                    found is not null && found.Stamp >= entry.Stamp, $"{kind} {call}: {key} was {entry.Stamp} and is {found?.Stamp}");
            }
        }
    }

    /// <summary>Returns what was durable of each key when the engine failed, or at the end.</summary>
    private static async Task<Dictionary<string, Entry>> RunAsync(
        StorageFixture fixture, FaultFileSystem files, string kind, int call, int errno)
    {
        var durable = new Dictionary<string, Entry>();
        files.FailOnce(kind, call, errno);
        try
        {
            await using var engine = fixture.Open();
            for (var i = 1; i <= 60; i++)
            {
                var record = Records.Put(0, $"key{i % 7}", i, Large);
                engine.AppendDurably(record);
                durable[$"key{i % 7}"] = record.Entry;
                if (i % 8 == 0)
                {
                    engine.Checkpoint();
                }
            }

            // A call that found no room in a file of the WAL is made again; any other failure ends the engine, on whichever thread it
            // happened.
            Assert.True(
                files.Failures == 0 || errno == FaultFileSystem.NoSpace || SpinWait.SpinUntil(() => engine.Failure is not null, Patience),
                $"{kind} {call} went unnoticed");
        }
        catch (Exception exception) when (exception is DataDirectoryException or StorageUnavailableException)
        {
            Assert.True(files.Failures > 0, exception.ToString());
        }

        return durable;
    }

    private void WaitForReserve() => Assert.True(SpinWait.SpinUntil(() => CountSpares() == 4, Patience), "the reserve was not filled");

    private int CountSpares() =>
        Directory.GetFiles(_fixture.WalDirectory, "spare-*").Count(path => !path.EndsWith(".new", StringComparison.Ordinal));
}
