using System.Buffers.Binary;
using AspireKv.Storage.Codec;
using AspireKv.Storage.Wal;

namespace AspireKv.Storage.Tests;

/// <summary>The sizes of frames, at the last byte that belongs to one and the first that does not.</summary>
public sealed class FrameTests
{
    private const long Salt = 0x3132333435363738;
    private const long Position = 5;

    [Theory]
    [InlineData(1, 32)]
    [InlineData(7, 32)]
    [InlineData(8, 32)]
    [InlineData(9, 40)]
    [InlineData(16, 40)]
    public void SizeOf_APayload_EndsAtTheNextMultipleOfEight(int payloadBytes, int size) =>
        Assert.Equal(size, Frame.SizeOf(payloadBytes));

    [Fact]
    public void TryRead_UpToTheLastByteOfTheSegment_ReadsTheFrame()
    {
        var seal = Frame.Seal(Position, synced: 4, Salt);

        Assert.True(Frame.TryRead(seal, Salt, Position, Position, out var frame));
        Assert.Equal((Position, 4L, true, seal.Length), (frame.Position, frame.Synced, frame.IsSeal, frame.Size));
        Assert.False(Frame.TryRead(seal.AsSpan(..^1), Salt, Position, Position, out _));
    }

    [Theory]
    [InlineData(Position, Position, true)]
    [InlineData(Position - 1, Position + 1, true)]
    [InlineData(Position + 1, Position + 2, false)]
    [InlineData(Position - 2, Position - 1, false)]
    public void TryRead_OfPositions_ReadsThoseThatAreExpected(long lowest, long highest, bool isRead) =>
        Assert.Equal(isRead, Frame.TryRead(Frame.Seal(Position, synced: 4, Salt), Salt, lowest, highest, out _));

    [Fact]
    public void SizeOfBegun_WithoutAByteOfThePayload_IsNone()
    {
        var seal = Frame.Seal(Position, synced: 4, Salt);

        Assert.Equal(0, Frame.SizeOfBegun(seal.AsSpan(..Frame.HeaderBytes), Salt, Position, Position));
        Assert.Equal(seal.Length, Frame.SizeOfBegun(seal.AsSpan(..(Frame.HeaderBytes + 1)), Salt, Position, Position));
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(1, true)]
    [InlineData(RecordCodec.MaxBytes, true)]
    [InlineData(RecordCodec.MaxBytes + 1, false)]
    public void SizeOfBegun_OfALength_IsNoneWhereNoRecordHasIt(int payloadBytes, bool isFrame)
    {
        var bytes = new byte[Frame.SealBytes];
        Frame.Begin(bytes, payloadBytes, Position ^ Salt);

        Assert.Equal(isFrame ? Frame.SizeOf(payloadBytes) : 0, Frame.SizeOfBegun(bytes, Salt, Position, Position));
    }

    /// <summary>A length that is no number of bytes is not taken for a negative one.</summary>
    [Fact]
    public void SizeOfBegun_OfTheLargestLength_IsNone()
    {
        var bytes = new byte[Frame.SealBytes];
        Frame.Begin(bytes, 1, Position ^ Salt);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, uint.MaxValue);

        Assert.Equal(0, Frame.SizeOfBegun(bytes, Salt, Position, Position));
    }
}
