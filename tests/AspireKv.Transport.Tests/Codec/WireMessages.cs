using AspireKv.Encoding;
using AspireKv.Transport.Codec;

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
}
