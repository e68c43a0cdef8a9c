using AspireKv.Cluster.Topology;
using AspireKv.StorageNode.Partitions;

namespace AspireKv.StorageNode.Tests.Partitions;

public sealed class PartitionViewTests
{
    private static readonly NodeId[] Nodes = [.. Enumerable.Range(1, 5).Select(id => new NodeId(id))];

    private static readonly PartitionView Sound = new(
        Nodes[0], PartitionConfig.Founded(Nodes[..3]), HoldsBallot: true, IsLearner: false, []);

    [Fact]
    public void Quorum_OfThisNodeAndOneMore_IsLive()
    {
        Assert.True(Sound.HasLiveQuorum(node => node == Nodes[2]));
        Assert.False(Sound.HasLiveQuorum(_ => false));
    }

    [Fact]
    public void Quorum_WithLearners_DoesNotCountThem()
    {
        Assert.False((Sound with { Learners = [Nodes[2]] }).HasLiveQuorum(node => node == Nodes[2]));
        Assert.False((Sound with { IsLearner = true }).HasLiveQuorum(node => node == Nodes[2]));
        Assert.True((Sound with { IsLearner = true }).HasLiveQuorum(_ => true));
    }

    [Fact]
    public void Quorum_OfAPartitionThatMoves_IsOneOfBothLists()
    {
        var since = Nodes.ToDictionary(node => node, _ => 1L);
        var moving = Sound with { Config = new PartitionConfig(2, Nodes[..3], [Nodes[0], Nodes[3], Nodes[4]], since) };

        Assert.False(moving.HasLiveQuorum(node => node == Nodes[1]));
        Assert.True(moving.HasLiveQuorum(node => node == Nodes[1] || node == Nodes[4]));
    }

    [Fact]
    public void Quorum_OfAPartitionHeldElsewhere_IsNotThisNodesConcern() =>
        Assert.True((Sound with { Config = PartitionConfig.Founded(Nodes[1..]) }).HasLiveQuorum(_ => false));

    [Fact]
    public void Purge_NeedsTheHolderAndEverybody()
    {
        Assert.True(Sound.MayPurge(_ => true));
        Assert.False(Sound.MayPurge(node => node == Nodes[1]));
        Assert.False((Sound with { HoldsBallot = false }).MayPurge(_ => true));
    }
}
