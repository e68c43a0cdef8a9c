using AspireKv.Cluster.Replicas;
using AspireKv.Encoding;
using AspireKv.Storage.Codec;

namespace AspireKv.Storage.Wal;

/// <summary>Reads the frames of one segment in their order, up to its seal or to the first place where no expected frame is.</summary>
internal sealed class SegmentScan(byte[] bytes, long firstPosition, long salt)
{
    public long Salt => salt;

    /// <summary>Where the last good frame ends.</summary>
    public int EndOffset { get; private set; } = SegmentHeader.Bytes;

    /// <summary>The position that the frame at <see cref="EndOffset"/> would have.</summary>
    public long NextPosition { get; private set; } = firstPosition;

    public bool IsSealed { get; private set; }

    public bool EndsWithMark { get; private set; }

    /// <summary>Where the last group begins: what lies before is vouched for by a mark.</summary>
    public int LastGroupOffset { get; private set; } = SegmentHeader.Bytes;

    /// <exception cref="MalformedBytesException">A whole frame holds what this version cannot read.</exception>
    public void Run(long appliedPosition, Action<ReplicaRecord> replay)
    {
        var highestMark = NextPosition - 1;
        while (Frame.TryRead(bytes.AsSpan(EndOffset), salt, NextPosition, NextPosition, out var frame))
        {
            if (frame.Synced > highestMark)
            {
                highestMark = frame.Synced;
                LastGroupOffset = EndOffset;
            }

            EndOffset += frame.Size;
            if (frame.IsSeal)
            {
                IsSealed = true;
                return;
            }

            EndsWithMark = frame.IsMark;
            if (!frame.IsMark && NextPosition > appliedPosition)
            {
                replay(RecordCodec.Read(frame.Payload));
            }

            NextPosition++;
        }
    }

    /// <summary>
    /// Looks for frames behind the end. What an earlier use of the file left there is none: that use had another salt.
    /// </summary>
    /// <returns>
    /// The highest mark in any that is whole, or 0; and how many bytes behind the end belong to frames, be they whole or torn.
    /// </returns>
    public (long HighestMark, int TornBytes) LookBehindEnd()
    {
        var (highestMark, end) = (0L, EndOffset);
        for (var offset = EndOffset; offset < bytes.Length; offset += Frame.Alignment)
        {
            var rest = bytes.AsSpan(offset);
            var highest = NextPosition + ((bytes.Length - EndOffset) / Frame.HeaderBytes) + 1;
            if (Frame.SizeOfBegun(rest, salt, NextPosition, highest) is > 0 and var size)
            {
                end = Math.Max(end, offset + Math.Min(size, rest.Length));
            }

            if (Frame.TryRead(rest, salt, NextPosition, highest, out var frame))
            {
                highestMark = Math.Max(highestMark, frame.Synced);
            }
        }

        return (highestMark, end - EndOffset);
    }

    /// <summary>Bytes from the end of the last good frame to the last byte that is not 0, whatever they are.</summary>
    public int CountBytesBehindEnd() => bytes.AsSpan(EndOffset).LastIndexOfAnyExcept((byte)0) + 1;
}
