using AspireKv.Cluster.Messages;
using AspireKv.Encoding;

namespace AspireKv.Transport.Codec;

/// <summary>
/// <code>
/// request id  process (8 bytes), number
/// </code>
/// </summary>
internal static class RequestIdCodec
{
    public static void WriteRequestId(this ByteWriter writer, RequestId id)
    {
        writer.WriteFixed64(id.Process);
        writer.WriteNumber(id.Number);
    }

    public static RequestId ReadRequestId(this ref ByteReader reader) => new(reader.ReadFixed64(), reader.ReadNumber("a request number"));
}
