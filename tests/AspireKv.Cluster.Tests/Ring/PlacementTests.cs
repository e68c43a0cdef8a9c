using AspireKv.Cluster.Keys;
using AspireKv.Cluster.Ring;
using AspireKv.Cluster.Topology;
using CsCheck;

namespace AspireKv.Cluster.Tests.Ring;

public sealed class PlacementTests
{
    private static readonly Gen<int> PartitionCounts = Gen.Int[0, 9].Select(bits => 1 << bits);

    private static readonly Gen<NodeId[]> Nodes =
        Gen.Int[1, NodeId.MaxValue].Array[1, 24].Select(ids => ids.Distinct().Select(id => new NodeId(id)).ToArray());

    public static TheoryData<int, int> Shapes()
    {
        var shapes = new TheoryData<int, int>();
        foreach (var nodes in Enumerable.Range(1, 20))
        {
            foreach (var replicationFactor in Enumerable.Range(1, 5))
            {
                shapes.Add(nodes, replicationFactor);
            }
        }

        return shapes;
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Propose_DefaultPartitions_IsEvenAndWhole(int nodeCount, int replicationFactor)
    {
        var nodes = NodesUpTo(nodeCount);

        AssertWholeAndEven(Placement.Propose(nodes, 256, replicationFactor), nodes, replicationFactor);
    }

    [Fact]
    public void Propose_AnyNodes_IsEvenAndWhole()
    {
        Gen.Select(Nodes, PartitionCounts, Gen.Int[1, 6], Gen.Int[1, 64]).Sample((nodes, partitions, factor, virtualNodes) =>
            AssertWholeAndEven(Placement.Propose(nodes, partitions, factor, virtualNodes), nodes, factor));
    }

    [Fact]
    public void Propose_NodesInAnotherOrder_IsTheSame()
    {
        Gen.Shuffle(NodesUpTo(7)).Sample(nodes =>
            AssertSame(Placement.Propose(NodesUpTo(7), 64, 3), Placement.Propose(nodes, 64, 3)));
    }

    [Fact]
    public void Propose_FiveNodes_FollowsTheRingWhereItIsEven()
    {
        var nodes = NodesUpTo(5);
        var ring = new HashRing(nodes);
        var partitions = new PartitionMap(256);

        var asProposed = Placement.Propose(nodes, 256, 3).Index().Sum(partition =>
            ring.GetPreferenceList(new Token(partitions.GetPartition(partition.Index).Start), 3).Intersect(partition.Item).Count());

        Assert.InRange(asProposed, 256 * 3 * 9 / 10, 256 * 3);
    }

    /// <summary>Whichever of them leads, the others stand in for it in the order of the ring.</summary>
    [Fact]
    public void Propose_FiveNodes_OrdersThoseThatFollowAsTheRingDoes()
    {
        Assert.All(Placement.Propose(NodesUpTo(5), 256, 3).Index(), partition =>
            Assert.Equal(partition.Item.Skip(1).OrderBy(node => RankOf(node, partition.Index, NodesUpTo(5))), partition.Item.Skip(1)));
    }

    [Fact]
    public void Rebalance_WithASixth_GetsWhatTheRingWouldRatherHaveThere()
    {
        var stored = Placement.Propose(NodesUpTo(5), 256, 3);
        var sixth = new NodeId(6);

        var moved = Placement.Rebalance(stored, NodesUpTo(6), 3).Index().Where(partition => partition.Item.Contains(sixth));

        // Drawn by lot it would be 2.5.
        Assert.InRange(moved.Average(partition => RankOf(sixth, partition.Index, NodesUpTo(6))), 0, 1.25);
    }

    [Fact]
    public void ReplicationFactor_BelowOne_Throws()
    {
        var stored = Placement.Propose(NodesUpTo(3), 8, 3);

        Assert.Throws<ArgumentOutOfRangeException>(() => Placement.Propose(NodesUpTo(3), 8, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => Placement.Rebalance(stored, NodesUpTo(3), 0));
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Rebalance_WithOneAfterAnother_StaysEvenAndMovesItsShareOnly(int firstCount, int replicationFactor)
    {
        var placement = Placement.Propose(NodesUpTo(firstCount), 256, replicationFactor);
        for (var count = firstCount; count < Math.Min(firstCount + 4, 20); count++)
        {
            placement = AddAndCheck(placement, NodesUpTo(count), new NodeId(count + 1), replicationFactor);
        }
    }

    [Fact]
    public void Rebalance_WithOneToAnyNodes_StaysEvenAndMovesItsShareOnly()
    {
        Gen.Select(Nodes.Where(nodes => nodes.Length > 1), PartitionCounts, Gen.Int[1, 6], Gen.Int[1, 64])
            .Sample((nodes, partitions, factor, virtualNodes) =>
            {
                var placement = Placement.Propose(nodes[1..], partitions, factor, virtualNodes);
                AddAndCheck(placement, nodes[1..], nodes[0], factor);
            });
    }

    /// <summary>What the one that leaves held goes to the others, and nothing else moves.</summary>
    [Theory]
    [MemberData(nameof(Shapes))]
    public void Rebalance_WithoutOneNode_StaysEvenAndMovesItsShareOnly(int nodeCount, int replicationFactor)
    {
        var stored = Placement.Propose(NodesUpTo(nodeCount + 1), 256, replicationFactor);

        var shrunk = Placement.Rebalance(stored, NodesUpTo(nodeCount), replicationFactor);

        AssertWholeAndEven(shrunk, NodesUpTo(nodeCount), replicationFactor);
        var moved = shrunk.Zip(stored).Sum(partition => partition.First.Except(partition.Second).Count());
        var lost = nodeCount < replicationFactor ? 0 : stored.Count(replicas => replicas.Contains(new NodeId(nodeCount + 1)));
        Assert.Equal(lost, moved);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(5)]
    public void Rebalance_ToAnotherReplicationFactor_StaysEvenAndMovesNothingElse(int replicationFactor)
    {
        var stored = Placement.Propose(NodesUpTo(6), 256, 3);

        var resized = Placement.Rebalance(stored, NodesUpTo(6), replicationFactor);

        AssertWholeAndEven(resized, NodesUpTo(6), replicationFactor);
        Assert.All(resized.Zip(stored), partition => Assert.Equal(
            Math.Min(3, replicationFactor), partition.First.Intersect(partition.Second).Count()));
    }

    [Fact]
    public void EvenOutLeads_OfAPlacementInOrder_ChangesPlacesOnly()
    {
        IReadOnlyList<NodeId>[] stored = [.. Placement.Propose(NodesUpTo(5), 256, 3).Select(replicas => replicas.Order().ToArray())];

        var evened = Placement.EvenOutLeads(stored);

        AssertWholeAndEven(evened, NodesUpTo(5), 3);
        Assert.All(evened.Zip(stored), partition => Assert.Equal(partition.Second, partition.First.Order()));
    }

    private static IReadOnlyList<IReadOnlyList<NodeId>> AddAndCheck(
        IReadOnlyList<IReadOnlyList<NodeId>> stored, NodeId[] nodes, NodeId newNode, int replicationFactor)
    {
        var grown = Placement.Rebalance(stored, [.. nodes, newNode], replicationFactor);

        AssertWholeAndEven(grown, [.. nodes, newNode], replicationFactor);
        var moved = grown.Zip(stored).SelectMany(partition => partition.First.Except(partition.Second)).ToList();
        Assert.All(moved, node => Assert.Equal(newNode, node));
        var fairShare = (double)grown.Sum(replicas => replicas.Count) / (nodes.Length + 1);
        Assert.InRange(moved.Count, 0.0, fairShare + 1);
        return grown;
    }

    private static void AssertWholeAndEven(
        IReadOnlyList<IReadOnlyList<NodeId>> placement, NodeId[] nodes, int replicationFactor)
    {
        Assert.All(placement, replicas => Assert.Equal(Math.Min(replicationFactor, nodes.Length), replicas.Distinct().Count()));
        Assert.All(placement, replicas => Assert.Equal(replicas.Count, replicas.Distinct().Count()));
        AssertShared(placement.Select(replicas => replicas[0]), nodes);
        AssertShared(placement.SelectMany(replicas => replicas), nodes);
    }

    /// <summary>Each node has the mean, rounded down or up.</summary>
    private static void AssertShared(IEnumerable<NodeId> shares, NodeId[] nodes)
    {
        var counts = shares.CountBy(node => node).ToDictionary();
        Assert.Empty(counts.Keys.Except(nodes));
        var (floor, rest) = Math.DivRem(counts.Values.Sum(), nodes.Length);
        Assert.All(nodes, node => Assert.InRange(counts.GetValueOrDefault(node), floor, floor + Math.Sign(rest)));
    }

    private static void AssertSame(IReadOnlyList<IReadOnlyList<NodeId>> expected, IReadOnlyList<IReadOnlyList<NodeId>> actual) =>
        Assert.Equal(expected.SelectMany(replicas => replicas), actual.SelectMany(replicas => replicas));

    /// <summary>How many nodes the ring would rather have for the partition.</summary>
    private static int RankOf(NodeId node, int partition, NodeId[] nodes)
    {
        var start = new Token(new PartitionMap(256).GetPartition(partition).Start);
        return new HashRing(nodes).GetPreferenceList(start, nodes.Length).Index().Single(ranked => ranked.Item == node).Index;
    }

    private static NodeId[] NodesUpTo(int count) => [.. Enumerable.Range(1, count).Select(id => new NodeId(id))];
}
