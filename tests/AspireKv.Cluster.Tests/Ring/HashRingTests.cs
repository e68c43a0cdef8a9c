using AspireKv.Cluster.Ring;
using AspireKv.Cluster.Topology;
using CsCheck;

namespace AspireKv.Cluster.Tests.Ring;

public sealed class HashRingTests
{
    private static readonly Gen<NodeId[]> Nodes =
        Gen.Int[1, NodeId.MaxValue].Array[1, 20].Select(ids => ids.Distinct().Select(id => new NodeId(id)).ToArray());

    // Made with xxhsum -H3 over both numbers, four bytes each, little-endian.
    [Theory]
    [InlineData(1, 0, 0x2fbc593564db792e)]
    [InlineData(20, 127, 0xc83575a91c86be64)]
    [InlineData(65_535, 1, 0x219df35cb3788b47)]
    public void Token_KnownVirtualNode_IsTheGoldenValue(int node, int virtualNode, ulong expected)
    {
        Assert.Equal(expected, Token.Of(new NodeId(node), virtualNode).Position);
    }

    [Fact]
    public void GetPreferenceList_AnyStart_AgreesWithSortingAllTokensByDistance()
    {
        Gen.Select(Nodes, Gen.Int[1, 40], Gen.ULong, Gen.Int[1, 6]).Sample((nodes, virtualNodes, start, count) =>
            new HashRing(nodes, virtualNodes).GetPreferenceList(new Token(start), count)
                .SequenceEqual(NearestNodes(nodes, virtualNodes, start, count)));
    }

    [Fact]
    public void GetPreferenceList_StartOnOrBesideAToken_AgreesWithSortingAllTokensByDistance()
    {
        Gen.Select(Nodes, Gen.Int[1, 40], Gen.Int[-1, 1], Gen.Int[1, 6]).Sample((nodes, virtualNodes, offset, count) =>
        {
            var start = unchecked(Token.Of(nodes[^1], virtualNodes - 1).Position + (ulong)offset);
            return new HashRing(nodes, virtualNodes).GetPreferenceList(new Token(start), count)
                .SequenceEqual(NearestNodes(nodes, virtualNodes, start, count));
        });
    }

    [Fact]
    public void GetPreferenceList_NodeAdded_KeepsTheOrderOfTheOthers()
    {
        Gen.Select(Nodes.Where(nodes => nodes.Length > 1), Gen.ULong).Sample((nodes, start) =>
            new HashRing(nodes, 16).GetPreferenceList(new Token(start), nodes.Length).Where(node => node != nodes[0])
                .SequenceEqual(new HashRing(nodes[1..], 16).GetPreferenceList(new Token(start), nodes.Length)));
    }

    [Fact]
    public void Nodes_GivenInAnyOrder_StandByRisingId()
    {
        Assert.Equal([new(1), new(2), new(3)], new HashRing([new(2), new(3), new(1)]).Nodes);
    }

    [Fact]
    public void GetPreferenceList_OfNoNode_Throws()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new HashRing([new NodeId(1)]).GetPreferenceList(default, 0));
    }

    [Fact]
    public void Constructor_NoNode_Throws()
    {
        Assert.Throws<ArgumentException>(() => new HashRing([]));
    }

    [Fact]
    public void Constructor_NodeTwice_Throws()
    {
        Assert.Throws<ArgumentException>(() => new HashRing([new NodeId(1), new NodeId(1)]));
    }

    /// <summary>The dumb twin: all tokens by their distance clockwise from the start, the first of each node.</summary>
    private static IEnumerable<NodeId> NearestNodes(NodeId[] nodes, int virtualNodes, ulong start, int count) =>
        nodes
            .SelectMany(node => Enumerable.Range(0, virtualNodes).Select(index => (Node: node, Token.Of(node, index).Position)))
            .OrderBy(token => unchecked(token.Position - start))
            .ThenBy(token => token.Node.Value)
            .Select(token => token.Node)
            .Distinct()
            .Take(count);
}
