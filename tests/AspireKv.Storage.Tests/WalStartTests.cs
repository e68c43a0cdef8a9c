using AspireKv.Storage.Failures;
using AspireKv.Storage.Wal;

namespace AspireKv.Storage.Tests;

/// <summary>What the write-ahead log makes of its directory at a start: whose the segments are, and what is left as it should be.</summary>
public sealed class WalStartTests : IDisposable
{
    private static readonly Guid Own = new("0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0");
    private static readonly Guid Other = new("1f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0");

    private readonly WalFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    /// <summary>A segment made before the founding names no cluster.</summary>
    [Theory]
    [InlineData(false, true, true)]
    [InlineData(false, false, true)]
    [InlineData(true, true, true)]
    [InlineData(true, false, false)]
    public void Recovery_OfASegmentThatNamesACluster_TakesItsOwnOnly(bool isNamed, bool isFounded, bool isTaken)
    {
        CreateSegment(isNamed ? Own : Guid.Empty);

        if (isTaken)
        {
            Assert.Equal(0, Recover(isFounded ? Own : null).LastPosition);
        }
        else
        {
            Assert.Throws<StorageDamagedException>(() => Recover(null));
            Assert.Throws<StorageDamagedException>(() => Recover(Other));
        }
    }

    [Fact]
    public void Recovery_OfASegmentUnderAnotherName_IsDamage()
    {
        CreateSegment(Guid.Empty);
        File.Move(_fixture.Segments.Single(), Path.Combine(_fixture.Path, SegmentNames.NameOf(2)));

        Assert.Throws<StorageDamagedException>(() => _fixture.Recover(appliedPosition: 1));
    }

    [Fact]
    public void Recovery_OfWhatWasBeingMade_RemovesItAndLeavesSparesAlone()
    {
        var written = _fixture.Write(1, 3);
        var unfinished = _fixture.Segments.Single() + SegmentNames.TemporaryExtension;
        var spare = Path.Combine(_fixture.Path, SegmentNames.SpareNameOf(7));
        File.WriteAllBytes(unfinished, new byte[100]);
        File.WriteAllBytes(spare, new byte[100]);

        Assert.Equal(written, _fixture.Recover().Records);

        Assert.False(File.Exists(unfinished));
        Assert.True(File.Exists(spare));
    }

    [Fact]
    public void Recovery_OfWhatSqliteHolds_ReplaysOnlyWhatIsAboveIt()
    {
        var written = _fixture.Write(1, 5);

        for (var applied = 0; applied <= 5; applied++)
        {
            Assert.Equal(written.Skip(applied), _fixture.Recover(applied).Records);
        }
    }

    /// <summary>Without its room the last segment could find none later, where the disk is full.</summary>
    [Fact]
    public void Recovery_OfAShortenedSegment_GivesItItsRoomAgain()
    {
        _fixture.Write(1, 3);
        var path = _fixture.Segments.Single();
        File.WriteAllBytes(path, File.ReadAllBytes(path)[..1000]);

        _fixture.Recover();

        Assert.Equal(_fixture.Options.SegmentSizeBytes, new FileInfo(path).Length);
    }

    [Fact]
    public void Open_WithNothingToWrite_WritesNothing()
    {
        _fixture.Open().Dispose();
        Assert.Equal((0, true), Ends());

        _fixture.Write(1, 3);
        Assert.Equal((4, true), Ends());
        _fixture.Open().Dispose();

        Assert.Equal((4, true), Ends());
    }

    /// <summary>The mark behind the last record is missing, so that nothing vouches for that record.</summary>
    [Fact]
    public void Open_WithoutAMarkAtTheEnd_AddsOne()
    {
        _fixture.Write(1, 3);
        var path = _fixture.Segments.Single();
        var bytes = File.ReadAllBytes(path);
        var end = bytes.AsSpan().LastIndexOfAnyExcept((byte)0);
        bytes.AsSpan(end - Frame.HeaderBytes, Frame.HeaderBytes + 1).Clear();
        File.WriteAllBytes(path, bytes);
        Assert.Equal((3, false), Ends());

        _fixture.Open().Dispose();

        Assert.Equal((4, true), Ends());
    }

    [Theory]
    [InlineData("0000000000000001.wal", 1L)]
    [InlineData("7fffffffffffffff.wal", long.MaxValue)]
    [InlineData("0000000000000000.wal", null)]
    [InlineData("ffffffffffffffff.wal", null)]
    [InlineData("000000000000000g.wal", null)]
    [InlineData("0000000000000001.log", null)]
    [InlineData("00000000000000001.wal", null)]
    [InlineData("000000000000001.wal", null)]
    public void FirstPosition_OfAName_IsThatOfSegmentsAlone(string name, long? position) =>
        Assert.Equal(position, SegmentNames.FirstPosition(name));

    [Theory]
    [InlineData("spare-0", 0)]
    [InlineData("spare-12", 12)]
    [InlineData("spare-", null)]
    [InlineData("spare-1.new", null)]
    [InlineData("spare--1", null)]
    [InlineData("sparE-1", null)]
    [InlineData("1", null)]
    public void SpareNumber_OfAName_IsThatOfSparesAlone(string name, int? number) => Assert.Equal(number, SegmentNames.SpareNumber(name));

    private (long LastPosition, bool IsMarked) Ends()
    {
        var recovered = _fixture.Recover().Wal;
        return (recovered.LastPosition, recovered.IsMarked);
    }

    private void CreateSegment(Guid clusterId)
    {
        var factory = new SegmentFactory(
            _fixture.Files, _fixture.Path, WalFixture.Identity, _fixture.Options.SegmentSizeBytes, reserved: 0)
        {
            ClusterId = clusterId,
        };
        Assert.NotNull(factory.Create(1, out _));
    }

    private RecoveredWal Recover(Guid? clusterId) => new WalRecovery(
        _fixture.Files, _fixture.Path, WalFixture.Identity, () => clusterId, _fixture.Options.SegmentSizeBytes).Run(0, static _ => { });
}
