using System.Buffers;
using System.Buffers.Binary;
using AspireKv.Encoding;

namespace AspireKv.Transport.Frames;

/// <summary>A part of a large message, sent as a message in a frame of its own.</summary>
/// <param name="Message">The large message, kind and body.</param>
/// <param name="Start">Where the piece begins in it.</param>
/// <param name="Length">How many bytes it has.</param>
internal readonly record struct MessagePiece(ByteWriter Message, int Start, int Length)
{
    private const int HeaderBytes = FrameHeader.Bytes + FrameHeader.LengthBytes + 1;

    /// <summary>True when the message is whole with this piece.</summary>
    public bool IsLast => Start + Length == Message.Length;

    /// <summary>Bytes on the wire.</summary>
    public int FramedLength => HeaderBytes + Length;

    public void WriteTo(IBufferWriter<byte> output, long topologyVersion)
    {
        Span<byte> header = stackalloc byte[HeaderBytes];
        BinaryPrimitives.WriteInt32LittleEndian(header, FramedLength - FrameHeader.LengthBytes);
        BinaryPrimitives.WriteInt64LittleEndian(header[FrameHeader.LengthBytes..], topologyVersion);
        BinaryPrimitives.WriteInt32LittleEndian(header[FrameHeader.Bytes..], 1 + Length);
        header[^1] = (byte)(IsLast ? MessageKind.LastPiece : MessageKind.Piece);
        output.Write(header);
        output.Write(Message.Written.Span.Slice(Start, Length));
    }
}
