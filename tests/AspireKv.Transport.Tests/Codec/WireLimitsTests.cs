using AspireKv.Cluster.Keys;
using AspireKv.Cluster.Membership;
using AspireKv.Cluster.Messages;
using AspireKv.Cluster.Operations;
using AspireKv.Cluster.Status;
using AspireKv.Cluster.Topology;
using AspireKv.Cluster.Versioning;
using AspireKv.Encoding;
using AspireKv.Encoding.Tests;
using AspireKv.Transport.Codec;
using AspireKv.Transport.Tests.Hosting;

namespace AspireKv.Transport.Tests.Codec;

/// <summary>Whatever the formats hold can be sent, so nobody need be ready for a message that is too long.</summary>
public sealed class WireLimitsTests
{
    private static readonly StoreKey Key = StoreKey.Create(
        new string('n', StoreKey.MaxNamespaceBytes), [.. Enumerable.Repeat((byte)'k', StoreKey.MaxKeyBytes)]);

    private static readonly string ContentType = new('t', ValueLimits.MaxContentTypeBytes);

    private static readonly byte[] Value = new byte[ValueLimits.MaxValueBytes];

    private static readonly NodeId[] Replicas =
        [.. Enumerable.Range(0, ValueLimits.MaxReplicas).Select(i => new NodeId(NodeId.MaxValue - i))];

    private static readonly Stamp Stamp = new(new Ballot(long.MaxValue, new NodeId(NodeId.MaxValue)), long.MaxValue);

    private static readonly PartitionConfig Config = new(
        long.MaxValue, Replicas, Replicas, Replicas.ToDictionary(node => node, _ => new Grant(long.MaxValue, ulong.MaxValue)));

    [Fact]
    public void Message_WithTheLongestEntry_IsWithinTheBound()
    {
        var entry = SampleValues.Everything with { Value = Value, ContentType = ContentType };
        var accept = Samples.Request(PeerRequestKind.Accept) with { Key = Key, Entry = entry, Config = Config };
        var found = Samples.Response(PeerResponseKind.ReadResult) with { Entry = entry };

        AssertFits(writer => PeerRequestCodec.Write(writer, accept, Samples.Trace));
        AssertFits(writer => PeerResponseCodec.Write(writer, found));
        AssertFits(writer => OperationResultCodec.Write(writer, Samples.Found with { Entry = entry }));
    }

    [Fact]
    public void Operation_WithTheLongestOfEverything_IsWithinTheBound()
    {
        var put = Samples.Operation(OperationKind.Put, ConditionKind.RevisionIsOneOf);
        put = put with
        {
            AccessToken = new byte[WireLimits.MaxAccessTokenBytes],
            Operation = put.Operation with
            {
                Key = Key,
                Value = Value,
                ContentType = ContentType,
                Revisions = [.. Enumerable.Repeat(SampleValues.Stamp, WireLimits.MaxRevisions)],
            },
        };

        AssertFits(writer => OperationCodec.Write(writer, put));
    }

    /// <summary>The most members and partitions there can be, and seven replicas each: the most that can be configured.</summary>
    [Fact]
    public void Status_OfTheLargestCluster_IsWithinTheBound()
    {
        NodeId[] seven = [.. Replicas.Take(7)];
        Member[] members = [.. Enumerable.Range(1, ValueLimits.MaxMembers)
            .Select(id => new Member(new NodeId(id), new string('a', ValueLimits.MaxNameBytes), ulong.MaxValue))];
        var founding = new FoundingRecord
        {
            ClusterId = SampleValues.Founding.ClusterId,
            PartitionCount = PartitionMap.MaxCount,
            ReplicationFactor = seven.Length,
            VirtualNodes = ValueLimits.MaxVirtualNodes,
            HashVersion = FoundingRecord.CurrentHashVersion,
            MaxValueBytes = ValueLimits.MaxValueBytes,
            Members = members,
            Placement = [.. Enumerable.Repeat(seven, PartitionMap.MaxCount)],
        };
        var config = PartitionConfig.Founded(seven, static _ => ulong.MaxValue);
        var ballot = SampleValues.Ballot with { Round = long.MaxValue };
        var status = new NodeStatus(
            members[0],
            founding,
            [.. members.Select(member => KeyValuePair.Create(member.Id, NodeLiveness.Alive))],
            [.. Enumerable.Range(0, ValueLimits.MaxPartitions).Select(i => new PartitionStatus(i, ballot, HoldsBallot: true, config))]);

        AssertFits(writer => StatusCodec.Write(writer, status));
    }

    [Fact]
    public void Page_OfTheLongestKeys_IsWithinTheBound()
    {
        var page = Samples.Response(PeerResponseKind.KeysListed) with
        {
            Page = new KeyPage([.. Enumerable.Repeat(new ListedKey(Key, Stamp), WireLimits.MaxListedKeys)], Key),
        };

        AssertFits(writer => PeerResponseCodec.Write(writer, page));
        Assert.InRange(WireMessages.Encode(writer => PeerResponseCodec.Write(writer, page)).Length, 1, 5 * 1024 * 1024);
    }

    /// <summary>Sums wait among the small messages, behind no value.</summary>
    [Fact]
    public void Sums_OfTheMostEntries_AreASmallMessage()
    {
        var sums = new BucketSums();
        for (var bucket = 0; bucket < BucketSet.BucketCount; bucket++)
        {
            sums.Set(bucket, int.MaxValue, -1);
        }

        var summed = Samples.Response(PeerResponseKind.Summed) with { Sums = sums, Config = Config };

        Assert.InRange(WireMessages.Encode(writer => PeerResponseCodec.Write(writer, summed)).Length, 1, WireLimits.SmallMessageBytes);
    }

    /// <summary>The kind, a correlation and the number of a question stand before the body.</summary>
    private static void AssertFits(Action<ByteWriter> write) =>
        Assert.InRange(WireMessages.Encode(write).Length, 1, WireLimits.MaxMessageBytes - 16);
}
