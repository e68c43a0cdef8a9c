namespace AspireKv.Encoding.Tests;

/// <summary>Encodes and decodes single values.</summary>
internal static class Bytes
{
    public static byte[] Encode(Action<ByteWriter> write)
    {
        var writer = new ByteWriter();
        write(writer);
        return writer.Written.ToArray();
    }

    public static T Decode<T>(byte[] bytes, Decoder<T> read, DecodeCache? cache = null)
    {
        var reader = new ByteReader(bytes, cache);
        var value = read(ref reader);
        reader.ExpectEnd();
        return value;
    }

    public static T RoundTrip<T>(Action<ByteWriter> write, Decoder<T> read) => Decode(Encode(write), read);
}
