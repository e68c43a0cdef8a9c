using System.Text;
using AspireKv.Cluster.Versioning;

namespace AspireKv.Storage.Codec;

/// <summary>
/// <code>
/// entry   flags u8 | stamp | revision, unless it is the stamp | expiry i64, if any
///         | length u16, content type in UTF-8, if any | length u32, value
/// </code>
/// </summary>
internal static class EntryCodec
{
    public static int Measure(Entry entry)
    {
        if (entry.Value.Length > Limits.MaxValueBytes)
        {
            throw new ArgumentException($"A value has at most {Limits.MaxValueBytes} bytes.", nameof(entry));
        }

        var size = 1 + ClusterCodec.StampBytes + 4 + entry.Value.Length;
        size += entry.Revision == entry.Stamp ? 0 : ClusterCodec.StampBytes;
        size += entry.ExpiresAtUnixMilliseconds is null ? 0 : 8;
        if (entry.ContentType is { } contentType)
        {
            var bytes = Encoding.UTF8.GetByteCount(contentType);
            if (bytes > Limits.MaxContentTypeBytes)
            {
                throw new ArgumentException($"A content type has at most {Limits.MaxContentTypeBytes} bytes.", nameof(entry));
            }

            size += 2 + bytes;
        }

        return size;
    }

    public static void Write(this ref ByteWriter writer, Entry entry)
    {
        var flags = (entry.IsTombstone ? EntryFlags.Tombstone : 0)
            | (entry.ContentType is null ? 0 : EntryFlags.ContentType)
            | (entry.ExpiresAtUnixMilliseconds is null ? 0 : EntryFlags.Expiry)
            | (entry.Revision == entry.Stamp ? EntryFlags.RevisionIsStamp : 0);
        writer.Byte((byte)flags);
        writer.Write(entry.Stamp);
        if (entry.Revision != entry.Stamp)
        {
            writer.Write(entry.Revision);
        }

        if (entry.ExpiresAtUnixMilliseconds is { } expiry)
        {
            writer.Int64(expiry);
        }

        if (entry.ContentType is { } contentType)
        {
            var length = Encoding.UTF8.GetByteCount(contentType);
            writer.UInt16((ushort)length);
            Encoding.UTF8.GetBytes(contentType, writer.Take(length));
        }

        writer.UInt32((uint)entry.Value.Length);
        writer.Bytes(entry.Value.Span);
    }

    public static Entry Entry(this ref ByteReader reader)
    {
        var flags = (EntryFlags)reader.Byte();
        if ((flags & ~EntryFlags.All) != 0)
        {
            throw new InvalidDataException($"an entry has unknown flags {(byte)flags}");
        }

        var stamp = reader.Stamp();
        return new Entry
        {
            Stamp = stamp,
            Revision = flags.HasFlag(EntryFlags.RevisionIsStamp) ? stamp : reader.Stamp(),
            IsTombstone = flags.HasFlag(EntryFlags.Tombstone),
            ExpiresAtUnixMilliseconds = flags.HasFlag(EntryFlags.Expiry) ? reader.Int64() : null,
            ContentType = flags.HasFlag(EntryFlags.ContentType) ? Encoding.UTF8.GetString(reader.Bytes(reader.UInt16())) : null,
            Value = reader.Bytes(reader.UInt32()).ToArray(),
        };
    }
}
