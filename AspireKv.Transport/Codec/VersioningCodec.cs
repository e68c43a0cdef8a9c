using AspireKv.Cluster.Keys;
using AspireKv.Cluster.Topology;
using AspireKv.Cluster.Versioning;

namespace AspireKv.Transport.Codec;

/// <summary>
/// <code>
/// node    number
/// ballot  round, node
/// stamp   ballot, sequence
/// entry   flags (1 tombstone, 2 content type, 4 expiry), stamp, revision, [content type], [expiry, signed], value unless a tombstone
/// key     length, bytes
/// </code>
/// </summary>
internal static class VersioningCodec
{
    private const int Tombstone = 1;
    private const int HasContentType = 2;
    private const int HasExpiry = 4;

    public static void Write(WireWriter writer, NodeId node) => writer.WriteNumber(node.Value);

    public static NodeId ReadNode(ref WireReader reader) => new(reader.ReadInt32(WireLimits.MaxNodeId, "a node id"));

    public static void Write(WireWriter writer, Ballot ballot)
    {
        writer.WriteNumber(ballot.Round);
        Write(writer, ballot.Node);
    }

    public static Ballot ReadBallot(ref WireReader reader) => new(reader.ReadNumber("a round"), ReadNode(ref reader));

    public static void Write(WireWriter writer, Stamp stamp)
    {
        Write(writer, stamp.Ballot);
        writer.WriteNumber(stamp.Sequence);
    }

    public static Stamp ReadStamp(ref WireReader reader) => new(ReadBallot(ref reader), reader.ReadNumber("a sequence"));

    public static void Write(WireWriter writer, StoreKey key)
    {
        if (key.Bytes.IsEmpty)
        {
            throw new ArgumentException("A message that needs a key has none.");
        }

        writer.WriteBlock(key.Bytes, WireLimits.MaxKeyBytes, "the bytes of a key");
    }

    public static StoreKey ReadKey(ref WireReader reader)
    {
        var bytes = reader.ReadBlock(WireLimits.MaxKeyBytes, "the length of a key");
        if (bytes.IsEmpty)
        {
            WireReader.Refuse("A key is empty.");
        }

        return new StoreKey(bytes.ToArray());
    }

    public static void Write(WireWriter writer, Entry entry)
    {
        var flags = (entry.IsTombstone ? Tombstone : 0)
            | (entry.ContentType is null ? 0 : HasContentType)
            | (entry.ExpiresAtUnixMilliseconds is null ? 0 : HasExpiry);
        if (entry.IsTombstone && (flags != Tombstone || !entry.Value.IsEmpty))
        {
            throw new ArgumentException("A tombstone has no value, content type or expiry.");
        }

        writer.WriteByte((byte)flags);
        Write(writer, entry.Stamp);
        Write(writer, entry.Revision);
        if (entry.ContentType is { } contentType)
        {
            WriteContentType(writer, contentType);
        }

        if (entry.ExpiresAtUnixMilliseconds is { } expiry)
        {
            writer.WriteSigned(expiry);
        }

        if (!entry.IsTombstone)
        {
            WriteValue(writer, entry.Value.Span);
        }
    }

    public static Entry ReadEntry(ref WireReader reader)
    {
        var flags = reader.ReadFlags(Tombstone | HasContentType | HasExpiry);
        var isTombstone = (flags & Tombstone) != 0;
        if (isTombstone && flags != Tombstone)
        {
            WireReader.Refuse("A tombstone has a content type or an expiry.");
        }

        return new Entry
        {
            Stamp = ReadStamp(ref reader),
            Revision = ReadStamp(ref reader),
            IsTombstone = isTombstone,
            ContentType = (flags & HasContentType) != 0 ? ReadContentType(ref reader) : null,
            ExpiresAtUnixMilliseconds = (flags & HasExpiry) != 0 ? reader.ReadSigned() : null,
            Value = isTombstone ? default(ReadOnlyMemory<byte>) : ReadValue(ref reader),
        };
    }

    public static void WriteContentType(WireWriter writer, string contentType) =>
        writer.WriteText(contentType, WireLimits.MaxContentTypeBytes, "the bytes of a content type");

    public static string ReadContentType(ref WireReader reader) => reader.ReadText(WireLimits.MaxContentTypeBytes, "the length of a content type");

    public static void WriteValue(WireWriter writer, ReadOnlySpan<byte> value) =>
        writer.WriteBlock(value, writer.Limits.MaxValueBytes, "the bytes of a value");

    public static byte[] ReadValue(ref WireReader reader) => reader.ReadBlock(reader.Limits.MaxValueBytes, "the length of a value").ToArray();
}
