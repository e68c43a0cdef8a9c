using System.IO.Hashing;
using System.Runtime.InteropServices;
using AspireKv.Cluster.Keys;
using AspireKv.Storage.Directories;

namespace AspireKv.Storage.Sqlite;

/// <summary>
/// SQLite's pages carry no checksums, so every row carries one: XXH3 over partition, key and the encoded entry.
/// The checksum covers the key, so a row that turned up under another one is noticed too.
/// </summary>
internal static class RowChecksum
{
    public static long Of(int partition, StoreKey key, ReadOnlySpan<byte> entry) =>
        Of(partition, key.Bytes, entry);

    public static long Of(int partition, ReadOnlySpan<byte> key, ReadOnlySpan<byte> entry) =>
        (long)XxHash3.HashToUInt64(entry, seed: Of(partition, key));

    /// <summary>Of the one row of <c>meta</c>, which says whose the file is and how far it goes.</summary>
    public static long OfMeta(NodeIdentity identity, long appliedPosition) =>
        Of(SqliteSchema.FormatVersion, identity.Node.Value, (long)identity.Incarnation, appliedPosition);

    /// <summary>Of the row of a partition's digest, whose last column is the sums of its buckets as they are written.</summary>
    public static long OfDigest(int partition, long rows, long sum, ReadOnlySpan<byte> buckets) =>
        (long)XxHash3.HashToUInt64(buckets, seed: Of(partition, rows, sum));

    /// <summary>Of a few numbers.</summary>
    public static long Of(params ReadOnlySpan<long> numbers) => (long)XxHash3.HashToUInt64(MemoryMarshal.AsBytes(numbers));

    public static long Of(int partition, ReadOnlySpan<byte> snapshot) => (long)XxHash3.HashToUInt64(snapshot, seed: partition);
}
