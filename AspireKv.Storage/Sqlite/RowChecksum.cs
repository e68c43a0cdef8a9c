using System.Buffers;
using System.IO.Hashing;
using System.Runtime.InteropServices;
using AspireKv.Cluster.Keys;
using AspireKv.Cluster.Versioning;
using AspireKv.Storage.Codec;
using AspireKv.Storage.Directories;

namespace AspireKv.Storage.Sqlite;

/// <summary>
/// SQLite's pages carry no checksums, so every row carries one: XXH3 over partition, key and entry in the encoding of the write-ahead log.
/// The checksum covers the key, so a row that turned up under another one is noticed too.
/// </summary>
internal static class RowChecksum
{
    public static long Of(int partition, StoreKey key, Entry entry)
    {
        var size = 4 + 2 + key.Length + EntryCodec.Measure(entry);
        var buffer = ArrayPool<byte>.Shared.Rent(size);
        var writer = new ByteWriter(buffer.AsSpan(0, size));
        writer.UInt32((uint)partition);
        writer.UInt16((ushort)key.Length);
        writer.Bytes(key.Bytes);
        writer.Write(entry);
        var checksum = (long)XxHash3.HashToUInt64(buffer.AsSpan(0, size));
        ArrayPool<byte>.Shared.Return(buffer);
        return checksum;
    }

    /// <summary>Of the one row of <c>meta</c>, which says whose the file is and how far it goes.</summary>
    public static long OfMeta(NodeIdentity identity, long appliedPosition) =>
        Of(SqliteSchema.FormatVersion, identity.Node.Value, (long)identity.Incarnation, appliedPosition);

    /// <summary>Of a few numbers: of the row of <c>meta</c>, or of the digest of a partition.</summary>
    public static long Of(params ReadOnlySpan<long> numbers) => (long)XxHash3.HashToUInt64(MemoryMarshal.AsBytes(numbers));

    public static long Of(int partition, ReadOnlySpan<byte> snapshot) => (long)XxHash3.HashToUInt64(snapshot, seed: partition);
}
