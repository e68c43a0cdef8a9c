using AspireKv.Cluster.Membership;
using AspireKv.Encoding;
using AspireKv.Encoding.Values;

namespace AspireKv.Storage.Directories;

/// <summary>
/// What <see cref="Files.ChecksummedFile"/> holds, in the alphabet of <see cref="AspireKv.Encoding"/>.
/// <code>
/// identity  node, incarnation (8 bytes)
/// founding  founding record
/// </code>
/// </summary>
internal static class SmallFileCodec
{
    public static byte[] Encode(NodeIdentity identity)
    {
        var writer = new ByteWriter();
        writer.WriteNode(identity.Node);
        writer.WriteFixed64(identity.Incarnation);
        return writer.Written.ToArray();
    }

    /// <exception cref="MalformedBytesException">These bytes are no identity.</exception>
    public static NodeIdentity DecodeIdentity(ReadOnlySpan<byte> bytes)
    {
        var reader = new ByteReader(bytes);
        var identity = new NodeIdentity(reader.ReadNode(), reader.ReadFixed64());
        reader.ExpectEnd();
        return identity;
    }

    /// <exception cref="ArgumentException">The format cannot hold the record, or the record does not agree with itself.</exception>
    public static byte[] Encode(FoundingRecord record)
    {
        var writer = new ByteWriter();
        writer.WriteFoundingRecord(record);
        return writer.Written.ToArray();
    }

    /// <exception cref="MalformedBytesException">These bytes are no founding record.</exception>
    public static FoundingRecord DecodeFounding(ReadOnlySpan<byte> bytes)
    {
        var reader = new ByteReader(bytes);
        var record = reader.ReadFoundingRecord();
        reader.ExpectEnd();
        return record;
    }
}
