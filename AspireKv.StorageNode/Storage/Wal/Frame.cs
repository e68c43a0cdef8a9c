using System.Buffers.Binary;
using AspireKv.StorageNode.Storage.Codec;

namespace AspireKv.StorageNode.Storage.Wal;

/// <summary>
/// How a record lies in a segment. Frames start at multiples of 8.
/// <code>
///  0        4        8                16               24
///  +--------+--------+----------------+----------------+--------------+-----------+
///  | length | CRC32C | position       | synced         | payload      | 0 padding |
///  +--------+--------+----------------+----------------+--------------+-----------+
/// </code>
/// <c>length</c> counts the payload and is never 0, so zeros are no frame. <c>synced</c> is the mark: every record at or below it was on stable storage when
/// this frame was written. The CRC covers length, position, synced and payload: since it covers the position, what is left of an earlier use of the file can
/// never pass for the record that is expected.
/// </summary>
internal static class Frame
{
    public const int HeaderBytes = 24;
    public const int Alignment = 8;

    /// <summary>The payload of a frame that only carries a mark; it has a position like a record.</summary>
    public const byte MarkKind = 240;

    /// <summary>The payload of the last frame of a segment. It takes no position: it names that of the first frame of the next segment.</summary>
    public const byte SealKind = 241;

    public static int SizeOf(int payloadBytes) => (HeaderBytes + payloadBytes + Alignment - 1) & ~(Alignment - 1);

    /// <summary>Writes length and position; the payload goes behind them, and <see cref="Finish"/> completes the frame.</summary>
    public static void Begin(Span<byte> frame, int payloadBytes, long position)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(frame, (uint)payloadBytes);
        BinaryPrimitives.WriteInt64LittleEndian(frame[8..], position);
    }

    /// <summary>Puts mark and CRC into the frame that begins here; returns its size with padding.</summary>
    public static int Finish(Span<byte> frame, long synced)
    {
        var payloadBytes = (int)BinaryPrimitives.ReadUInt32LittleEndian(frame);
        BinaryPrimitives.WriteInt64LittleEndian(frame[16..], synced);
        BinaryPrimitives.WriteUInt32LittleEndian(frame[4..], Crc(frame, payloadBytes));
        return SizeOf(payloadBytes);
    }

    /// <summary>Reads the frame that begins here, if one does, whole and unharmed.</summary>
    /// <param name="bytes">From the frame on to the end of the segment.</param>
    /// <param name="lowest">The lowest position to accept.</param>
    /// <param name="highest">The highest position to accept.</param>
    /// <param name="frame">What was read.</param>
    public static bool TryRead(ReadOnlySpan<byte> bytes, long lowest, long highest, out FrameView frame)
    {
        frame = default;
        if (bytes.Length <= HeaderBytes)
        {
            return false;
        }

        var payloadBytes = BinaryPrimitives.ReadUInt32LittleEndian(bytes);
        var position = BinaryPrimitives.ReadInt64LittleEndian(bytes[8..]);
        if (payloadBytes is 0 or > Limits.MaxRecordBytes
            || SizeOf((int)payloadBytes) > bytes.Length
            || position < lowest
            || position > highest
            || BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]) != Crc(bytes, (int)payloadBytes))
        {
            return false;
        }

        frame = new FrameView(
            position, BinaryPrimitives.ReadInt64LittleEndian(bytes[16..]), bytes.Slice(HeaderBytes, (int)payloadBytes), SizeOf((int)payloadBytes));
        return true;
    }

    private static uint Crc(ReadOnlySpan<byte> frame, int payloadBytes) =>
        Crc32C.Finish(Crc32C.Add(Crc32C.Add(Crc32C.Start, frame[..4]), frame.Slice(8, 16 + payloadBytes)));
}
