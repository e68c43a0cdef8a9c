using AspireKv.Cluster.Replicas;
using AspireKv.Storage.Wal;

namespace AspireKv.Storage.Tests;

/// <summary>Frames of one size behind a header, each with the mark that a test gives it.</summary>
public sealed class SegmentScanTests
{
    private const long Salt = 0x3132333435363738;
    private const long First = 5;

    private static readonly int FrameBytes = Encode(First, First - 1).Length;

    [Theory]
    [InlineData(new long[] { 4, 4, 4 }, 0)]
    [InlineData(new long[] { 4, 5, 5 }, 1)]
    [InlineData(new long[] { 4, 5, 6 }, 2)]
    [InlineData(new long[] { 4, 4, 6 }, 2)]
    public void Run_FindsWhereTheLastGroupBegins(long[] marks, int frame)
    {
        var scan = Scan(Segment(marks, frames: 4), out var records);

        Assert.Equal(SegmentHeader.Bytes + (frame * FrameBytes), scan.LastGroupOffset);
        Assert.Equal((SegmentHeader.Bytes + (3 * FrameBytes), First + 3, 3), (scan.EndOffset, scan.NextPosition, records.Count));
        Assert.False(scan.IsSealed || scan.EndsWithMark);
        Assert.Equal((0, 0), scan.LookBehindEnd());
        Assert.Equal(0, scan.CountBytesBehindEnd());
    }

    [Theory]
    [InlineData(0, 3)]
    [InlineData(First, 2)]
    [InlineData(First + 1, 1)]
    [InlineData(First + 2, 0)]
    public void Run_ReplaysWhatIsAboveTheAppliedPosition(long applied, int replayed)
    {
        Scan(Segment([4, 4, 4], frames: 3), out var records, applied);

        Assert.Equal(replayed, records.Count);
    }

    [Fact]
    public void Run_EndsWithTheSeal()
    {
        var segment = Segment([4], frames: 3);
        Frame.Seal(First + 1, synced: First, Salt).CopyTo(segment, SegmentHeader.Bytes + FrameBytes);

        var scan = Scan(segment, out var records);

        Assert.True(scan.IsSealed);
        Assert.Equal((First + 1, 1), (scan.NextPosition, records.Count));
        Assert.Equal(SegmentHeader.Bytes + FrameBytes + Frame.SealBytes, scan.EndOffset);
    }

    /// <summary>The frame in the middle is harmed: what is behind it says how far it was synced, and how long the torn tail is.</summary>
    [Theory]
    [InlineData(4, 4)]
    [InlineData(5, 5)]
    [InlineData(6, 6)]
    public void LookBehindEnd_FindsTheHighestMarkAndTheEndOfTheLastFrame(long mark, long highest)
    {
        var segment = Segment([4, 4, mark, 4], frames: 6);
        segment[SegmentHeader.Bytes + FrameBytes + 4] ^= 1;

        var scan = Scan(segment, out _);

        Assert.Equal(SegmentHeader.Bytes + FrameBytes, scan.EndOffset);
        Assert.Equal((highest, 3 * FrameBytes), scan.LookBehindEnd());
    }

    /// <summary>A frame that is cut off by the end of the segment belongs to the tail as far as it goes.</summary>
    [Fact]
    public void LookBehindEnd_OfAFrameThatIsCut_CountsWhatThereIs()
    {
        var whole = Segment([4, 4], frames: 2);

        var scan = Scan(whole[..^8], out _);

        Assert.Equal((0, FrameBytes - 8), scan.LookBehindEnd());
    }

    [Fact]
    public void CountBytesBehindEnd_IsUpToTheLastThatIsNotZero()
    {
        var segment = Segment([4], frames: 4);
        segment[SegmentHeader.Bytes + FrameBytes + 20] = 1;

        Assert.Equal(21, Scan(segment, out _).CountBytesBehindEnd());
    }

    private static SegmentScan Scan(byte[] segment, out List<ReplicaRecord> records, long applied = 0)
    {
        records = [];
        var scan = new SegmentScan(segment, First, Salt);
        scan.Run(applied, records.Add);
        return scan;
    }

    private static byte[] Segment(long[] marks, int frames)
    {
        var segment = new byte[SegmentHeader.Bytes + (frames * FrameBytes)];
        for (var i = 0; i < marks.Length; i++)
        {
            Encode(First + i, marks[i]).CopyTo(segment, SegmentHeader.Bytes + (i * FrameBytes));
        }

        return segment;
    }

    private static byte[] Encode(long position, long synced)
    {
        var group = new GroupBuffer();
        group.Add(position, Records.Put(0, "key", 1, "value"));
        group.Finish(synced, Salt);
        return group.Bytes.ToArray();
    }
}
