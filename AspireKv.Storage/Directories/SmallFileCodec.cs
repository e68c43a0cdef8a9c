using AspireKv.Cluster.Lives;
using AspireKv.Cluster.Membership;
using AspireKv.Encoding;
using AspireKv.Encoding.Values;

namespace AspireKv.Storage.Directories;

/// <summary>
/// What <see cref="Files.ChecksummedFile"/> holds, in the alphabet of <see cref="AspireKv.Encoding"/>.
/// <code>
/// identity  node, incarnation (8 bytes)
/// founding  founding record
/// topology  topology
/// starts    incarnation (8 bytes), starts
/// lives     lives
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

    public static byte[] Encode(ulong incarnation, IReadOnlyList<LifeStart> starts)
    {
        var writer = new ByteWriter();
        writer.WriteFixed64(incarnation);
        writer.WriteStarts(starts);
        return writer.Written.ToArray();
    }

    /// <exception cref="MalformedBytesException">These bytes are no starts.</exception>
    public static KeptStarts DecodeStarts(ReadOnlySpan<byte> bytes)
    {
        var reader = new ByteReader(bytes);
        var incarnation = reader.ReadFixed64();
        var starts = reader.ReadStarts();
        reader.ExpectEnd();
        return new KeptStarts(incarnation, starts);
    }

    public static byte[] Encode(IReadOnlyCollection<KnownLife> lives)
    {
        var writer = new ByteWriter();
        writer.WriteLives(lives);
        return writer.Written.ToArray();
    }

    /// <exception cref="MalformedBytesException">These bytes are no lives.</exception>
    public static IReadOnlyCollection<KnownLife> DecodeLives(ReadOnlySpan<byte> bytes)
    {
        var reader = new ByteReader(bytes);
        var lives = reader.ReadLives();
        reader.ExpectEnd();
        return lives;
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
