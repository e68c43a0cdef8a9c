using System.Buffers.Binary;
using AspireKv.Encoding;
using AspireKv.Encoding.Tests;
using AspireKv.Transport.Frames;

namespace AspireKv.Transport.Tests.Hosting;

/// <summary>Encodes and decodes single messages, as the streams do.</summary>
internal static class WireMessages
{
    public static byte[] Encode(Action<ByteWriter> write) => Bytes.Encode(write);

    public static T Decode<T>(byte[] bytes, Decoder<T> read) => Bytes.Decode(bytes, read, new DecodeCache());

    /// <summary>A frame of one message, of a topology that the receiver does not know yet.</summary>
    public static byte[] Frame(MessageKind kind, byte[] body)
    {
        var frame = new byte[FrameHeader.Bytes + FrameHeader.LengthBytes + 1 + body.Length];
        BinaryPrimitives.WriteInt32LittleEndian(frame, frame.Length - FrameHeader.LengthBytes);
        BinaryPrimitives.WriteInt64LittleEndian(frame.AsSpan(4), 7);
        BinaryPrimitives.WriteInt32LittleEndian(frame.AsSpan(12), body.Length + 1);
        frame[16] = (byte)kind;
        body.CopyTo(frame, 17);
        return frame;
    }
}
