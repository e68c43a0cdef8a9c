using AspireKv.Cluster.Replicas;
using AspireKv.Storage.Wal;

namespace AspireKv.Storage.Tests;

/// <summary>When the writer goes on in another segment. Each record is a group of its own.</summary>
public sealed class WalWriterTests : IDisposable
{
    private const int SegmentBytes = 4096;
    private const int RoomForRecords = SegmentBytes - SegmentHeader.Bytes;

    private readonly WalFixture _fixture = new();
    private readonly OpenedWal _wal;

    public WalWriterTests()
    {
        Assert.Equal(SegmentBytes, _fixture.Options.SegmentSizeBytes);
        _wal = _fixture.Open();
    }

    public void Dispose()
    {
        _wal.Dispose();
        _fixture.Dispose();
    }

    /// <summary>The seal has its room in the segment, to the last byte.</summary>
    [Theory]
    [InlineData(0, 0)]
    [InlineData(Frame.Alignment, 1)]
    public void AGroup_ThatLeavesNoRoomForTheSeal_GoesToTheNextSegment(int more, int rotations)
    {
        const int First = 1000;
        Write(First);

        Write(RoomForRecords - First - Frame.SealBytes + more);

        Assert.Equal((rotations, rotations), (_wal.Segments.GetClosed().Count, _wal.Rotations));
        Assert.All(_wal.Segments.GetClosed(), closed => Assert.Equal((SegmentBytes, 2), (closed.Segment.Bytes, closed.NextFirstPosition)));
    }

    [Fact]
    public void AGroup_LargerThanASegment_IsWrittenToAnEmptyOne()
    {
        const int Large = 2 * SegmentBytes;
        Write(Large);
        Assert.Empty(_wal.Segments.GetClosed());

        Write(1000);

        Assert.Equal(SegmentHeader.Bytes + Large + Frame.SealBytes, _wal.Segments.GetClosed().Single().Segment.Bytes);
    }

    /// <summary>Writes a record whose frame has so many bytes.</summary>
    private void Write(int frameBytes) => _wal.AppendDurably(RecordOf(frameBytes));

    private static EntryAccepted RecordOf(int frameBytes)
    {
        for (var valueBytes = frameBytes - Frame.HeaderBytes; ; valueBytes--)
        {
            var record = Records.Put(0, "key", 1, new string('x', valueBytes));
            if (new GroupBuffer().Add(1, record) == frameBytes)
            {
                return record;
            }
        }
    }
}
