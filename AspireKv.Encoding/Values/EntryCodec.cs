using AspireKv.Cluster.Versioning;

namespace AspireKv.Encoding.Values;

/// <summary>
/// <code>
/// entry         flags, stamp, [revision], [content type], [expiry, signed], value unless a tombstone
/// content type  text
/// value         block
/// </code>
/// The flags are <see cref="EntryFlags"/>: a field in brackets is there when its flag is set.
/// </summary>
public static class EntryCodec
{
    public static void WriteEntry(this ByteWriter writer, Entry entry)
    {
        var flags = (entry.IsTombstone ? EntryFlags.Tombstone : 0)
            | (entry.Revision == entry.Stamp ? 0 : EntryFlags.Revision)
            | (entry.ContentType is null ? 0 : EntryFlags.ContentType)
            | (entry.ExpiresAtUnixMilliseconds is null ? 0 : EntryFlags.Expiry);
        if (entry.IsTombstone && ((flags & (EntryFlags.ContentType | EntryFlags.Expiry)) != 0 || !entry.Value.IsEmpty))
        {
            throw new ArgumentException("A tombstone has no value, content type or expiry.", nameof(entry));
        }

        writer.WriteFlags((int)flags);
        writer.WriteStamp(entry.Stamp);
        if (entry.Revision != entry.Stamp)
        {
            writer.WriteStamp(entry.Revision);
        }

        if (entry.ContentType is { } contentType)
        {
            writer.WriteContentType(contentType);
        }

        if (entry.ExpiresAtUnixMilliseconds is { } expiry)
        {
            writer.WriteSigned(expiry);
        }

        if (!entry.IsTombstone)
        {
            writer.WriteValue(entry.Value.Span);
        }
    }

    public static Entry ReadEntry(this ref ByteReader reader)
    {
        var flags = (EntryFlags)reader.ReadInt32(int.MaxValue, "the flags of an entry");
        if ((flags & ~EntryFlags.Known) is not 0 and var unknown)
        {
            ByteReader.Refuse($"an entry has fields that this version does not know: {unknown}");
        }

        var isTombstone = (flags & EntryFlags.Tombstone) != 0;
        if (isTombstone && (flags & (EntryFlags.ContentType | EntryFlags.Expiry)) != 0)
        {
            ByteReader.Refuse("a tombstone has a content type or an expiry");
        }

        var stamp = reader.ReadStamp();
        return new Entry
        {
            Stamp = stamp,
            Revision = (flags & EntryFlags.Revision) != 0 ? reader.ReadStamp() : stamp,
            IsTombstone = isTombstone,
            ContentType = (flags & EntryFlags.ContentType) != 0 ? reader.ReadContentType() : null,
            ExpiresAtUnixMilliseconds = (flags & EntryFlags.Expiry) != 0 ? reader.ReadSigned() : null,
            Value = isTombstone ? default : reader.ReadValue(),
        };
    }

    public static void WriteContentType(this ByteWriter writer, string contentType) =>
        writer.WriteText(contentType, ValueLimits.MaxContentTypeBytes, "the bytes of a content type");

    public static string ReadContentType(this ref ByteReader reader) =>
        reader.ReadText(ValueLimits.MaxContentTypeBytes, "the length of a content type");

    public static void WriteValue(this ByteWriter writer, ReadOnlySpan<byte> value) =>
        writer.WriteBlock(value, ValueLimits.MaxValueBytes, "the bytes of a value");

    public static ReadOnlyMemory<byte> ReadValue(this ref ByteReader reader) =>
        reader.ReadKeptBlock(ValueLimits.MaxValueBytes, "the length of a value");
}
