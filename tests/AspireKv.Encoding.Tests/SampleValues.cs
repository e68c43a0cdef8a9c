using AspireKv.Cluster.Keys;
using AspireKv.Cluster.Membership;
using AspireKv.Cluster.Topology;
using AspireKv.Cluster.Versioning;

namespace AspireKv.Encoding.Tests;

/// <summary>One value of each kind, with every field set.</summary>
internal static class SampleValues
{
    public static readonly Ballot Ballot = new(300, new NodeId(2));

    public static readonly Stamp Stamp = new(Ballot, 7);

    public static readonly StoreKey Key = StoreKey.Create("ns", "key"u8);

    public static readonly Entry Value = new() { Stamp = Stamp, Revision = Stamp, Value = "value"u8.ToArray() };

    public static readonly Entry Everything = Value with
    {
        Revision = new Stamp(new Ballot(1, new NodeId(3)), 1),
        ContentType = "text/plain",
        ExpiresAtUnixMilliseconds = -1,
    };

    public static readonly PartitionConfig Config = new(
        4,
        [new NodeId(1), new NodeId(2), new NodeId(3)],
        [new NodeId(2), new NodeId(4)],
        new Dictionary<NodeId, Grant>
        {
            [new(1)] = new(1, 0x1111),
            [new(2)] = new(2, 0x2222),
            [new(3)] = new(3, 0x3333),
            [new(4)] = new(4, 0x4444),
        });

    public static readonly BucketSet Buckets = default(BucketSet).With(0).With(9).With(64).With(255);

    public static readonly BucketSums Sums = CreateSums();

    public static readonly FoundingRecord Founding = new()
    {
        ClusterId = new Guid("00112233-4455-6677-8899-aabbccddeeff"),
        PartitionCount = 2,
        ReplicationFactor = 3,
        VirtualNodes = 128,
        HashVersion = 1,
        MaxValueBytes = 1024 * 1024,
        Members = [new Member(new NodeId(1), "node1", 0x1111), new Member(new NodeId(2), "node2", 0x2222)],
        Placement = [[new NodeId(1), new NodeId(2)], [new NodeId(2), new NodeId(1)]],
    };

    private static BucketSums CreateSums()
    {
        var sums = new BucketSums();
        sums.Set(1, 2, -2);
        sums.Set(255, 300, 0x0123456789abcdef);
        return sums;
    }
}
