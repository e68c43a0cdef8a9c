using System.Buffers.Binary;
using AspireKv.Encoding;
using AspireKv.Transport.Codec;
using AspireKv.Transport.Frames;

namespace AspireKv.Transport.Tests.Codec;

/// <summary>Encodes and decodes single messages, as the streams do.</summary>
internal static class WireMessages
{
    public static readonly WireLimits Limits = new(maxValueBytes: 64 * 1024);

    public delegate T Decoder<T>(ref ByteReader reader);

    public static byte[] Encode(Action<ByteWriter> write)
    {
        var writer = new ByteWriter(Limits.MaxValueBytes);
        write(writer);
        return writer.Written.ToArray();
    }

    public static T Decode<T>(byte[] bytes, Decoder<T> read)
    {
        var reader = new ByteReader(bytes, Limits.MaxValueBytes, new DecodeCache());
        var message = read(ref reader);
        reader.ExpectEnd();
        return message;
    }

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
