using AspireKv.Cluster.Keys;
using AspireKv.Cluster.Topology;
using AspireKv.Encoding.Values;
using CsCheck;

namespace AspireKv.Encoding.Tests;

public sealed class TopologyCodecTests
{
    private const string Head = "05" + "02" + "00112233445566778899aabbccddeeff" + "03";

    private const string Members = "03"
        + "01056e6f646531" + "1111000000000000" + "01" + "01" + "00"
        + "02056e6f646532" + "2222000000000000" + "04" + "02" + "056e323a3830"
        + "04056e6f646534" + "4444000000000000" + "03" + "01" + "00";

    /// <summary>Partition 0 moves from 1 and 2 to 1 and 4; the system partition rests. Node 2 began a new life since both grants.</summary>
    private static readonly ClusterTopology Sample = new()
    {
        Version = 5,
        Generation = 2,
        ClusterId = SampleValues.Founding.ClusterId,
        ReplicationFactor = 3,
        LastPlan = "1-ab",
        Members =
        [
            new TopologyMember(new Member(new NodeId(1), "node1", 0x1111), 1, MemberState.Active),
            new TopologyMember(new Member(new NodeId(2), "node2", 0x2222), 4, MemberState.Draining) { Address = "n2:80" },
            new TopologyMember(new Member(new NodeId(4), "node4", 0x4444), 3, MemberState.Active),
        ],
        Partitions =
        [
            new PartitionAssignment(ConfigOf(5, [1, 2], [1, 4], new(1, 0x1111), new(1, 0x2020), new(5, 0x4444)), [new NodeId(1), new(4)]),
            new PartitionAssignment(ConfigOf(1, [2, 1], [], new(1, 0x2020), new(1, 0x1111)), []),
        ],
    };

    private static readonly DecoderFuzz Decoder = new(
        DecoderFuzz.Pair(writer => writer.WriteTopology(Sample), TopologyCodec.ReadTopology));

    private static readonly Gen<ClusterTopology> Topologies =
        from shape in Gen.Select(Gen.Int[0, 4], Gen.Int[1, 9], Gen.Long[1, long.MaxValue])
        from members in Gen.Select(Gen.ULong, Gen.Long[0, 9], Gen.Int[0, 3], Gen.Int[0, 9]).Array[shape.Item2]
        from lists in Gen.Select(List(shape.Item2, 1), List(shape.Item2, 0), List(shape.Item2, 0)).Array[(1 << shape.Item1) + 1]
        from lives in Gen.ULong[0, 3].Array[shape.Item2]
        select new ClusterTopology
        {
            Version = shape.Item3,
            Generation = shape.Item3 / 2,
            ClusterId = SampleValues.Founding.ClusterId,
            ReplicationFactor = 1 + (shape.Item2 % ClusterTopology.MaxReplicas),
            LastPlan = new string('x', shape.Item1),
            Members =
            [
                .. members.Select((member, i) => new TopologyMember(
                    new Member(new NodeId(100 * (i + 1)), $"node{i}", member.Item1 % 4), member.Item2, (MemberState)member.Item3)
                {
                    Address = new string('h', member.Item4),
                }),
            ],
            Partitions =
            [
                .. lists.Select(list => new PartitionAssignment(
                    new PartitionConfig(
                        shape.Item3,
                        list.Item1,
                        list.Item2,
                        list.Item1.Union(list.Item2).ToDictionary(
                            node => node, node => new Grant(node.Value, lives[(node.Value / 100) - 1]))),
                    list.Item3)),
            ],
        };

    [Fact]
    public void Topology_HasItsBytes() => Assert.Equal(
        Head + "04312d6162" + Members + "01" + "2020000000000000" + "02"
            + "03" + "05" + "020102" + "020104" + "0100" + "0101" + "0500" + "020104"
            + "00" + "01" + "020201" + "0101" + "0100",
        Convert.ToHexStringLower(Bytes.Encode(writer => writer.WriteTopology(Sample))));

    [Fact]
    public void Topology_Any_SurvivesTheRoundTrip() => Topologies.Sample(topology =>
    {
        var decoded = Bytes.RoundTrip(writer => writer.WriteTopology(topology), TopologyCodec.ReadTopology);

        Assert.Equal(topology with { Members = decoded.Members, Partitions = decoded.Partitions }, decoded);
        Assert.Equal(topology.Members, decoded.Members);
        Assert.Equal(topology.Partitions.Select(Draw), decoded.Partitions.Select(Draw));
    });

    /// <summary>As large as it may be, with a table of members that no byte would name.</summary>
    [Fact]
    public void Topology_OfMostPartitions_SurvivesTheRoundTrip()
    {
        var largest = Sample with { Partitions = [.. Enumerable.Repeat(Sample.Partitions[0], ValueLimits.MaxPartitions)] };

        var decoded = Bytes.RoundTrip(writer => writer.WriteTopology(largest), TopologyCodec.ReadTopology);

        Assert.Equal(PartitionMap.MaxCount, decoded.SystemPartition);
        Assert.Equal(Draw(Sample.Partitions[0]), Draw(decoded.Partitions[^1]));
    }

    [Fact]
    public void Decoder_ChangedBytes_ThrowsNothingButTheDocumentedException() => Decoder.Change(maxCut: 60);

    [Fact]
    public void Decoder_RandomBytes_ThrowsNothingButTheDocumentedException() => Decoder.Randomize();

    [Fact]
    public void Decoder_EveryTruncation_IsRefused() => Decoder.Truncate();

    [Theory]
    [InlineData("00" + "00" + "00", "0 partitions")]
    [InlineData("00" + "00" + "01" + "00", "1 partitions")]
    [InlineData("00" + "00" + "04" + "00000000", "4 partitions")]
    [InlineData("00" + "00" + "828004", "at most 65537")]
    [InlineData("01" + "000161" + "0000000000000000" + "01" + "01" + "00" + "00", "member 0 stands behind 0")]
    [InlineData("02" + "020161" + "0000000000000000" + "010100" + "010162" + "0000000000000000" + "010100", "member 1 stands behind 2")]
    [InlineData("01" + "010161" + "0000000000000000" + "01" + "04" + "00" + "00", "the state 4")]
    [InlineData("818001", "at most 1024")]
    [InlineData("00" + "02" + "0100000000000000" + "0100000000000000", "stands twice")]
    [InlineData("00" + "00" + "02" + "04" + "01", "unknown bit")]
    [InlineData("00" + "00" + "02" + "00" + "01" + "00", "not 0")]
    [InlineData("00" + "00" + "02" + "00" + "01" + "080102030405060708", "not 8")]
    [InlineData("00" + "00" + "02" + "00" + "01" + "0101" + "01" + "00", "node 1 holds a partition and is no member")]
    [InlineData("00" + "00" + "02" + "00" + "01" + "0101" + "01" + "01", "the place of a life")]
    public void Topology_AgainstTheRules_IsRefused(string hex, string cause)
    {
        var bytes = Convert.FromHexString(Head + "00" + hex);

        var refusal = Assert.Throws<MalformedBytesException>(() => Bytes.Decode(bytes, TopologyCodec.ReadTopology));

        Assert.Contains(cause, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Writer_TopologyThatNobodyCouldRead_ThrowsForTheCaller()
    {
        AssertThrows(Sample with { Partitions = [Sample.Partitions[1]] });
        AssertThrows(Sample with { Members = [Sample.Members[0], Sample.Members[2]] });
        AssertThrows(Sample with { Members = [.. Sample.Members.Reverse()] });
        AssertThrows(Sample with { Members = [.. Sample.Members.Select(member => member with { Address = new string('h', 257) })] });
        AssertThrows(Sample with { LastPlan = new string('x', ClusterTopology.MaxPlanIdLength + 1) });
        AssertThrows(Sample with { ReplicationFactor = ClusterTopology.MaxReplicas + 1 });
        AssertThrows(Sample with { Partitions = [Sample.Partitions[0], Sample.Partitions[1] with { Target = [.. NodesUpTo(8)] }] });
    }

    private static void AssertThrows(ClusterTopology topology) =>
        Assert.ThrowsAny<ArgumentException>(() => Bytes.Encode(writer => writer.WriteTopology(topology)));

    private static string Draw(PartitionAssignment assignment) =>
        $"{assignment.Config} {string.Join(' ', assignment.Config.Voters.Select(node => $"{node} {assignment.Config.GrantOf(node)}"))} "
        + $"[{string.Join(',', assignment.Target)}]";

    private static Gen<NodeId[]> List(int members, int min) =>
        Gen.Int[1, members].Array[min, Math.Min(members, ClusterTopology.MaxReplicas)]
            .Select(nodes => nodes.Distinct().Select(node => new NodeId(100 * node)).ToArray());

    private static PartitionConfig ConfigOf(long epoch, int[] replicas, int[] nextReplicas, params Grant[] grants)
    {
        NodeId[] from = [.. replicas.Select(node => new NodeId(node))];
        NodeId[] to = [.. nextReplicas.Select(node => new NodeId(node))];
        return new PartitionConfig(epoch, from, to, from.Union(to).Zip(grants).ToDictionary(pair => pair.First, pair => pair.Second));
    }

    private static IEnumerable<NodeId> NodesUpTo(int count) => Enumerable.Range(1, count).Select(id => new NodeId(id));
}
