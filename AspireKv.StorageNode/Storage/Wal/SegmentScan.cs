using AspireKv.Cluster.Consensus;
using AspireKv.StorageNode.Storage.Codec;

namespace AspireKv.StorageNode.Storage.Wal;

/// <summary>Reads the frames of one segment in their order, up to its seal or to the first place where no expected frame is.</summary>
internal sealed class SegmentScan(byte[] bytes, long firstPosition)
{
    /// <summary>Where the last good frame ends.</summary>
    public int EndOffset { get; private set; } = SegmentHeader.Bytes;

    /// <summary>The position that the frame at <see cref="EndOffset"/> would have.</summary>
    public long NextPosition { get; private set; } = firstPosition;

    public bool IsSealed { get; private set; }

    public bool EndsWithMark { get; private set; }

    /// <summary>Where the last group begins: what lies before is vouched for by a mark.</summary>
    public int LastGroupOffset { get; private set; } = SegmentHeader.Bytes;

    /// <exception cref="InvalidDataException">A whole frame holds what this version cannot read.</exception>
    public void Run(long appliedPosition, Action<ReplicaRecord> replay)
    {
        var highestMark = NextPosition - 1;
        while (Frame.TryRead(bytes.AsSpan(EndOffset), NextPosition, NextPosition, out var frame))
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
    /// The highest mark in any whole frame behind the end, or 0. Frames left over from an earlier use of the file have lower positions and do not count.
    /// </summary>
    public long FindMarkBehindEnd()
    {
        var highestMark = 0L;
        for (var offset = EndOffset; offset < bytes.Length; offset += Frame.Alignment)
        {
            var rest = bytes.AsSpan(offset);
            var highest = NextPosition + (rest.Length / Frame.HeaderBytes) + ((offset - EndOffset) / Frame.HeaderBytes) + 1;
            if (Frame.TryRead(rest, NextPosition, highest, out var frame))
            {
                highestMark = Math.Max(highestMark, frame.Synced);
            }
        }

        return highestMark;
    }

    /// <summary>Bytes from the end of the last good frame to the last byte that is not 0.</summary>
    public int CountBytesBehindEnd() => bytes.AsSpan(EndOffset).LastIndexOfAnyExcept((byte)0) + 1;
}
