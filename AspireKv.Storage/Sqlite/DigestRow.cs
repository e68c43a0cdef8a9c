using AspireKv.Encoding;
using AspireKv.Encoding.Values;
using AspireKv.Storage.Failures;
using Microsoft.Data.Sqlite;

namespace AspireKv.Storage.Sqlite;

/// <summary>The row of a partition's digest.</summary>
internal static class DigestRow
{
    /// <summary>The columns, in the order in which <see cref="Read"/> takes them.</summary>
    public const string Columns = "row_count, digest, checksum, buckets";

    /// <exception cref="StorageDamagedException">The row does not fit its checksum.</exception>
    public static PartitionDigest Read(SqliteDataReader reader, int partition, string file)
    {
        var rows = StoredRow.NumberAt(reader, 0, file);
        var sum = StoredRow.NumberAt(reader, 1, file);
        var buckets = StoredRow.BlobAt(reader, 3, file);
        if (StoredRow.NumberAt(reader, 2, file) != RowChecksum.OfDigest(partition, rows, sum, buckets))
        {
            throw new StorageDamagedException($"The digest of partition {partition} in '{file}' does not fit its checksum.");
        }

        var bytes = new ByteReader(buckets);
        var sums = bytes.ReadSums();
        bytes.ExpectEnd();
        return new PartitionDigest(rows, sum, sums);
    }
}
