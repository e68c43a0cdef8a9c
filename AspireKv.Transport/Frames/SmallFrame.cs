using System.Buffers;
using System.Buffers.Binary;
using AspireKv.Encoding;
using AspireKv.Transport.Codec;

namespace AspireKv.Transport.Frames;

/// <summary>One frame of small messages; the bytes are drawn at <see cref="FrameHeader"/>. Used again once it was sent.</summary>
internal sealed class SmallFrame
{
    private readonly ByteWriter _bytes = new();

    /// <summary>The place among the frames of the connection, from 1.</summary>
    public long Place { get; private set; }

    /// <summary>How many messages there are.</summary>
    public int Messages { get; private set; }

    public int Length => _bytes.Length;

    public bool IsFull => Length >= WireLimits.FrameTargetBytes;

    public void Begin(long place, long topologyVersion)
    {
        (Place, Messages) = (place, 0);
        _bytes.Clear();
        _bytes.Reserve(FrameHeader.LengthBytes);
        _bytes.WriteFixed64((ulong)topologyVersion);
    }

    /// <param name="message">Kind and body.</param>
    public void Add(ReadOnlySpan<byte> message)
    {
        var prefix = _bytes.Reserve(FrameHeader.LengthBytes);
        BinaryPrimitives.WriteInt32LittleEndian(_bytes.At(prefix, FrameHeader.LengthBytes), message.Length);
        _bytes.WriteRaw(message);
        Messages++;
    }

    public void WriteTo(IBufferWriter<byte> output) => output.Write(_bytes.Written.Span);

    public void End() => BinaryPrimitives.WriteInt32LittleEndian(
        _bytes.At(0, FrameHeader.LengthBytes), Length - FrameHeader.LengthBytes);
}
