using System.IO.Hashing;
using System.Runtime.InteropServices;
using AspireKv.Cluster.Keys;

namespace AspireKv.Storage.Sqlite;

/// <summary>
/// SQLite's pages carry no checksums, so every row carries one: XXH3 over partition, key and the encoded entry. It covers the key, so a row
/// that turned up under another one is noticed too. Each part is the seed of the next one's hash.
/// </summary>
internal static class RowChecksum
{
    public static long Of(int partition, StoreKey key, ReadOnlySpan<byte> entry) =>
        (long)XxHash3.HashToUInt64(entry, seed: Of(partition, key.Bytes));

    /// <summary>Of the one row that says whose file it is and how far it goes, or of the digest of a partition: of a few numbers.</summary>
    public static long Of(params ReadOnlySpan<long> numbers) => (long)XxHash3.HashToUInt64(MemoryMarshal.AsBytes(numbers));

    public static long Of(int partition, ReadOnlySpan<byte> snapshot) => (long)XxHash3.HashToUInt64(snapshot, seed: partition);
}
