using AspireKv.Cluster.Keys;
using AspireKv.Cluster.Membership;
using AspireKv.Cluster.Replicas;
using AspireKv.Cluster.Topology;
using AspireKv.Cluster.Versioning;
using AspireKv.Encoding;
using AspireKv.Encoding.Values;
using AspireKv.Storage.Sqlite;

namespace AspireKv.Storage.Tests;

internal static class Records
{
    public static StoreKey Key(string key) => StoreKey.Create("default", System.Text.Encoding.UTF8.GetBytes(key));

    public static Stamp Stamp(long sequence, long round = 1) => new(new Ballot(round, new NodeId(1)), sequence);

    public static Entry Value(long sequence, string value) =>
        new() { Stamp = Stamp(sequence), Revision = Stamp(sequence), Value = System.Text.Encoding.UTF8.GetBytes(value) };

    public static EntryAccepted Put(int partition, string key, long sequence, string value) =>
        new(partition, Key(key), Value(sequence, value));

    public static EntryAccepted Delete(int partition, string key, long sequence) =>
        new(partition, Key(key), Entry.Tombstone(Stamp(sequence)));

    public static TombstonePurged Purge(int partition, string key, long sequence) => new(partition, Key(key), Stamp(sequence));

    /// <summary>The partition is given to node 1 anew: whatever it holds is gone.</summary>
    public static ConfigTaken Empty(int partition, long since) =>
        new(partition, PartitionConfig.Founded([new NodeId(1)], static _ => 2), since, IsEmptied: true, IsLearner: false);

    /// <summary>What the entry adds to the sum of its bucket, at every replica.</summary>
    public static long Checksum(int partition, StoreKey key, Entry entry)
    {
        var encoded = new ByteWriter();
        encoded.WriteEntry(entry);
        return RowChecksum.Of(partition, key, encoded.Written.Span);
    }

    public static void AssertSame(BucketSums expected, BucketSums actual)
    {
        Assert.Equal(expected.Counts.ToArray(), actual.Counts.ToArray());
        Assert.Equal(expected.Sums.ToArray(), actual.Sums.ToArray());
    }

    public static FoundingRecord Founding(ulong incarnation) => new()
    {
        ClusterId = new Guid("0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0"),
        PartitionCount = 2,
        ReplicationFactor = 1,
        VirtualNodes = 128,
        HashVersion = FoundingRecord.CurrentHashVersion,
        MaxValueBytes = 1024 * 1024,
        Members = [new Member(new NodeId(1), "node1", incarnation)],
        Placement = [[new NodeId(1)], [new NodeId(1)]],
    };
}
