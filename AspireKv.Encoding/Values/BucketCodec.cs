using AspireKv.Cluster.Keys;

namespace AspireKv.Encoding.Values;

/// <summary>
/// <code>
/// buckets  32 bytes, a bit for each bucket, the lowest first
/// sums     count, for each bucket that holds something, in order: its number (1 byte), entries, the sum of their checksums (8 bytes)
/// </code>
/// </summary>
public static class BucketCodec
{
    public static void WriteBuckets(this ByteWriter writer, BucketSet buckets)
    {
        writer.WriteFixed64(buckets.A);
        writer.WriteFixed64(buckets.B);
        writer.WriteFixed64(buckets.C);
        writer.WriteFixed64(buckets.D);
    }

    public static BucketSet ReadBuckets(this ref ByteReader reader) =>
        new(reader.ReadFixed64(), reader.ReadFixed64(), reader.ReadFixed64(), reader.ReadFixed64());

    public static void WriteSums(this ByteWriter writer, BucketSums sums)
    {
        if (!sums.IsPossible)
        {
            throw new ArgumentException("No entries have such sums.", nameof(sums));
        }

        var counts = sums.Counts;
        writer.WriteNumber(BucketSet.BucketCount - counts.Count(0));
        for (var bucket = 0; bucket < BucketSet.BucketCount; bucket++)
        {
            if (counts[bucket] != 0)
            {
                writer.WriteByte((byte)bucket);
                writer.WriteNumber(counts[bucket]);
                writer.WriteFixed64((ulong)sums.Sums[bucket]);
            }
        }
    }

    public static BucketSums ReadSums(this ref ByteReader reader)
    {
        var held = reader.ReadCount(BucketSet.BucketCount, "the buckets that hold something");
        var sums = new BucketSums();
        for (var last = -1; held > 0; held--)
        {
            int bucket = reader.ReadByte();
            if (bucket <= last)
            {
                ByteReader.Refuse($"bucket {bucket} stands behind bucket {last}");
            }

            var count = reader.ReadInt32(int.MaxValue, "the entries of a bucket");
            if (count == 0)
            {
                ByteReader.Refuse($"bucket {bucket} is listed and holds nothing");
            }

            sums.Set(bucket, count, (long)reader.ReadFixed64());
            last = bucket;
        }

        return sums;
    }
}
