using System.Buffers.Binary;
using AspireKv.Storage.Codec;

namespace AspireKv.Storage.Wal;

/// <summary>
/// How a record lies in a segment. Frames start at multiples of 8.
/// <code>
///  0        4        8                16               24
///  +--------+--------+----------------+----------------+--------------+-----------+
///  | length | CRC32C | position       | synced         | payload      | 0 padding |
///  +--------+--------+----------------+----------------+--------------+-----------+
/// </code>
/// <c>length</c> counts the payload and is never 0, so zeros are no frame. <c>synced</c> is the mark: every record at or below it was on
/// stable storage when this frame was written. The CRC covers length, position, synced and payload. The position is masked (XOR) with the
/// salt of the segment, which nobody outside knows: neither what is left of an earlier use of the file nor what a client put into a value
/// can pass for the record that is expected.
/// </summary>
internal static class Frame
{
    public const int HeaderBytes = 24;
    public const int Alignment = 8;

    /// <summary>The payload of a frame that only carries a mark; it has a position like a record.</summary>
    public const byte MarkKind = 240;

    /// <summary>
    /// The payload of the last frame of a segment. That frame takes no position: it names the one of the first frame of the next segment.
    /// </summary>
    public const byte SealKind = 241;

    /// <summary>What a seal takes.</summary>
    public static int SealBytes => SizeOf(1);

    public static int SizeOf(int payloadBytes) => (HeaderBytes + payloadBytes + Alignment - 1) & ~(Alignment - 1);

    /// <summary>
    /// Writes length and position, not masked yet; the payload goes behind them, and <see cref="Finish"/> completes the frame.
    /// </summary>
    public static void Begin(Span<byte> frame, int payloadBytes, long position)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(frame, (uint)payloadBytes);
        BinaryPrimitives.WriteInt64LittleEndian(frame[8..], position);
    }

    /// <summary>
    /// Masks the position of the frame that begins here and puts mark and CRC into it, once; returns its size with padding.
    /// </summary>
    public static int Finish(Span<byte> frame, long synced, long salt)
    {
        var payloadBytes = (int)BinaryPrimitives.ReadUInt32LittleEndian(frame);
        BinaryPrimitives.WriteInt64LittleEndian(frame[8..], BinaryPrimitives.ReadInt64LittleEndian(frame[8..]) ^ salt);
        BinaryPrimitives.WriteInt64LittleEndian(frame[16..], synced);
        BinaryPrimitives.WriteUInt32LittleEndian(frame[4..], Crc(frame, payloadBytes));
        return SizeOf(payloadBytes);
    }

    /// <summary>The whole frame that seals a segment.</summary>
    /// <param name="nextFirstPosition">The position at which the next segment begins.</param>
    /// <param name="synced">The mark.</param>
    /// <param name="salt">The salt of the segment that is sealed.</param>
    public static byte[] Seal(long nextFirstPosition, long synced, long salt)
    {
        var seal = new byte[SealBytes];
        Begin(seal, 1, nextFirstPosition);
        seal[HeaderBytes] = SealKind;
        Finish(seal, synced, salt);
        return seal;
    }

    /// <summary>Reads the frame that begins here, if one does, whole and unharmed.</summary>
    /// <param name="bytes">From the frame on to the end of the segment.</param>
    /// <param name="salt">The salt of the segment.</param>
    /// <param name="lowest">The lowest position to accept.</param>
    /// <param name="highest">The highest position to accept.</param>
    /// <param name="frame">What was read.</param>
    public static bool TryRead(ReadOnlySpan<byte> bytes, long salt, long lowest, long highest, out FrameView frame)
    {
        frame = default;
        var size = SizeOfBegun(bytes, salt, lowest, highest);
        if (size == 0 || size > bytes.Length)
        {
            return false;
        }

        var payloadBytes = (int)BinaryPrimitives.ReadUInt32LittleEndian(bytes);
        if (BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]) != Crc(bytes, payloadBytes))
        {
            return false;
        }

        frame = new FrameView(
            BinaryPrimitives.ReadInt64LittleEndian(bytes[8..]) ^ salt,
            BinaryPrimitives.ReadInt64LittleEndian(bytes[16..]),
            bytes.Slice(HeaderBytes, payloadBytes),
            size);
        return true;
    }

    /// <summary>
    /// The size of the frame whose length and position stand here, be it whole or torn; 0 when none was begun here in this use of the file.
    /// </summary>
    public static int SizeOfBegun(ReadOnlySpan<byte> bytes, long salt, long lowest, long highest)
    {
        if (bytes.Length <= HeaderBytes)
        {
            return 0;
        }

        var payloadBytes = BinaryPrimitives.ReadUInt32LittleEndian(bytes);
        var position = BinaryPrimitives.ReadInt64LittleEndian(bytes[8..]) ^ salt;
        return payloadBytes is 0 or > RecordCodec.MaxBytes || position < lowest || position > highest ? 0 : SizeOf((int)payloadBytes);
    }

    private static uint Crc(ReadOnlySpan<byte> frame, int payloadBytes) =>
        Crc32C.Finish(Crc32C.Add(Crc32C.Add(Crc32C.Start, frame[..4]), frame.Slice(8, 16 + payloadBytes)));
}
