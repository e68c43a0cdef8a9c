using AspireKv.Cluster.Keys;
using AspireKv.Cluster.Membership;
using AspireKv.Cluster.Topology;
using AspireKv.Cluster.Versioning;
using AspireKv.Encoding.Values;
using CsCheck;

namespace AspireKv.Encoding.Tests;

public sealed class RoundTripTests
{
    private static readonly Gen<NodeId> Nodes = Gen.Int[0, NodeId.MaxValue].Select(value => new NodeId(value));

    private static readonly Gen<long> Numbers = Gen.OneOf(Gen.Long[0, 300], Gen.Long[0, long.MaxValue]);

    private static readonly Gen<Stamp> Stamps =
        Gen.Select(Numbers, Nodes, Numbers).Select((round, node, sequence) => new Stamp(new Ballot(round, node), sequence));

    private static readonly Gen<Entry> Values =
        Gen.Select(Stamps, Stamps, Gen.Bool, Gen.Byte.Array[0, 300], Gen.String[0, 60].Null(), Gen.Long.Nullable())
            .Select((stamp, other, isRevised, value, contentType, expiry) => new Entry
            {
                Stamp = stamp,
                Revision = isRevised ? other : stamp,
                Value = value,
                ContentType = contentType is null ? null : Whole(contentType),
                ExpiresAtUnixMilliseconds = expiry,
            });

    private static readonly Gen<Entry> Entries = Gen.OneOf(
        Values, Gen.Select(Stamps, Stamps).Select((stamp, revision) => Entry.Tombstone(stamp) with { Revision = revision }));

    private static readonly Gen<NodeId[]> Lists = Nodes.Array[0, 9].Select(nodes => nodes.Distinct().ToArray());

    private static readonly Gen<Grant> Grants =
        Gen.Select(Numbers, Gen.ULong).Select((since, incarnation) => new Grant(since, incarnation));

    private static readonly Gen<PartitionConfig> Configs =
        Gen.Select(Numbers, Lists, Lists, Grants.Array[18]).Select((epoch, replicas, next, grants) => new PartitionConfig(
            epoch,
            replicas,
            next,
            replicas.Union(next).Select((node, i) => (node, i)).ToDictionary(pair => pair.node, pair => grants[pair.i])));

    private static readonly Gen<string> Namespaces =
        Gen.Char["abyz059-"].Array[0, StoreKey.MaxNamespaceBytes - 1].Select(characters => "n" + new string(characters));

    private static readonly Gen<Member> Members =
        Gen.Select(Nodes, Gen.String[0, 40], Gen.ULong).Select((node, name, incarnation) => new Member(node, Whole(name), incarnation));

    private static readonly Gen<FoundingRecord> Records =
        Gen.Select(
                Gen.Guid,
                Gen.Int[0, ValueLimits.MaxVirtualNodes],
                Gen.Int[1, ValueLimits.MaxValueBytes],
                Members.Array[0, 5],
                Lists.Array[1, 20])
            .Select((id, virtualNodes, maxValueBytes, members, placement) => new FoundingRecord
            {
                ClusterId = id,
                PartitionCount = placement.Length,
                ReplicationFactor = placement[0].Length,
                VirtualNodes = virtualNodes,
                HashVersion = 1,
                MaxValueBytes = maxValueBytes,
                Members = members,
                Placement = placement,
            });

    [Fact]
    public void Buckets_Any_SurviveTheRoundTrip() => Gen.Select(Gen.ULong, Gen.ULong, Gen.ULong, Gen.ULong).Sample(
        (a, b, c, d) =>
        {
            var buckets = new BucketSet(a, b, c, d);
            Assert.Equal(buckets, Bytes.RoundTrip(writer => writer.WriteBuckets(buckets), BucketCodec.ReadBuckets));
        });

    [Fact]
    public void Sums_Any_SurviveTheRoundTrip() =>
        Gen.Select(Gen.Int[0, BucketSet.BucketCount - 1], Gen.Int[1, int.MaxValue], Gen.Long).Array[0, 400].Sample(
            buckets =>
            {
                var sums = new BucketSums();
                foreach (var (bucket, count, sum) in buckets)
                {
                    sums.Set(bucket, count, sum);
                }

                var read = Bytes.RoundTrip(writer => writer.WriteSums(sums), BucketCodec.ReadSums);
                Assert.True(sums.DifferencesFrom(read).IsEmpty);
            });

    [Fact]
    public void Number_AtEveryLength_SurvivesTheRoundTrip()
    {
        for (var bits = 0; bits < 63; bits++)
        {
            foreach (var value in new[] { (1L << bits) - 1, 1L << bits, long.MaxValue })
            {
                Assert.Equal(
                    value, Bytes.RoundTrip(writer => writer.WriteNumber(value), (ref ByteReader reader) => reader.ReadNumber("a number")));
                Assert.Equal(-value, Bytes.RoundTrip(writer => writer.WriteSigned(-value), (ref ByteReader reader) => reader.ReadSigned()));
            }
        }

        Assert.Equal(
            long.MinValue, Bytes.RoundTrip(writer => writer.WriteSigned(long.MinValue), (ref ByteReader reader) => reader.ReadSigned()));
    }

    [Fact]
    public void Stamp_Any_SurvivesTheRoundTrip() =>
        Stamps.Sample(stamp => Assert.Equal(stamp, Bytes.RoundTrip(writer => writer.WriteStamp(stamp), StampCodec.ReadStamp)));

    [Fact]
    public void Key_Any_SurvivesTheRoundTrip() => Gen.Select(Namespaces, Gen.Byte.Array[1, StoreKey.MaxKeyBytes]).Sample((space, bytes) =>
    {
        var key = StoreKey.Create(space, bytes);

        Assert.Equal(key, Bytes.RoundTrip(writer => writer.WriteKey(key), KeyCodec.ReadKey));
        Assert.Equal(key, Bytes.RoundTrip(writer => writer.WriteKeyAfter(key), KeyCodec.ReadKeyAfter));
    });

    [Fact]
    public void KeyAfter_OfNone_SurvivesTheRoundTrip() =>
        Assert.Equal(default, Bytes.RoundTrip(writer => writer.WriteKeyAfter(default), KeyCodec.ReadKeyAfter));

    [Fact]
    public void Entry_Any_SurvivesTheRoundTrip() =>
        Entries.Sample(entry => Assert.Equal(entry, Bytes.RoundTrip(writer => writer.WriteEntry(entry), EntryCodec.ReadEntry)));

    [Fact]
    public void Entry_ReadFromKeptBytes_HoldsAPartOfThem()
    {
        var bytes = Bytes.Encode(writer => writer.WriteEntry(SampleValues.Everything));
        var reader = ByteReader.Keeping(bytes);

        var entry = reader.ReadEntry();

        Assert.Equal(SampleValues.Everything, entry);
        bytes[^1] = (byte)'E';
        Assert.Equal("valuE"u8, entry.Value.Span);
    }

    [Fact]
    public void Entry_ReadWithACache_GivesTheSameContentType()
    {
        var bytes = Bytes.Encode(writer => writer.WriteEntry(SampleValues.Everything));
        var cache = new DecodeCache();

        var first = Bytes.Decode(bytes, EntryCodec.ReadEntry, cache);
        var second = Bytes.Decode(bytes, EntryCodec.ReadEntry, cache);

        Assert.Equal(SampleValues.Everything, second);
        Assert.Same(first.ContentType, second.ContentType);
    }

    [Fact]
    public void Config_Any_SurvivesTheRoundTrip() => Configs.Sample(config =>
    {
        var decoded = Bytes.RoundTrip(writer => writer.WriteConfig(config), ConfigCodec.ReadConfig);

        Assert.Equal(config.ToString(), decoded.ToString());
        Assert.All(config.Voters, node => Assert.Equal(config.GrantOf(node), decoded.GrantOf(node)));
    });

    [Fact]
    public void FoundingRecord_Any_SurvivesTheRoundTrip() => Records.Sample(record =>
    {
        var decoded = Bytes.RoundTrip(writer => writer.WriteFoundingRecord(record), FoundingRecordCodec.ReadFoundingRecord);

        Assert.Equal(record.Members, decoded.Members);
        Assert.Equal(record.Placement, decoded.Placement);
        Assert.Equal(record, decoded with { Members = record.Members, Placement = record.Placement });
    });

    [Fact]
    public void Writer_ClearedAndUsedAgain_WritesTheSame()
    {
        var writer = new ByteWriter(keptBytes: 100);
        for (var i = 0; i < 3; i++)
        {
            writer.WriteRaw(new byte[10_000]);
            writer.Clear();
            var position = writer.Reserve(4);
            writer.WriteByte(5);
            "abcd"u8.CopyTo(writer.At(position, 4));
            writer.WriteByte(6);
            writer.Truncate(5);

            Assert.Equal([.. "abcd"u8, 5], writer.Written.ToArray());
        }
    }

    /// <summary>Lone surrogates are no text.</summary>
    private static string Whole(string text) => string.Concat(text.EnumerateRunes());
}
