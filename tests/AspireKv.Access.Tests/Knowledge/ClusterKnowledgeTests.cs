using AspireKv.Access.Tests.Fakes;
using AspireKv.Cluster.Status;
using AspireKv.Cluster.Topology;

namespace AspireKv.Access.Tests.Knowledge;

public sealed class ClusterKnowledgeTests
{
    private readonly FakeCluster _cluster = new();

    [Fact]
    public void Choose_ClusterNotKnown_IsAnyLiveNode()
    {
        _cluster.Link(FakeCluster.One).Liveness = NodeLiveness.Dead;

        Assert.Equal(FakeCluster.Two, _cluster.Knowledge.Choose(partition: -1, tried: null)?.Id);
    }

    [Fact]
    public void Choose_NoHolderKnown_IsTheFirstLiveReplica()
    {
        _cluster.Known();
        Assert.Equal(FakeCluster.Two, _cluster.Knowledge.Choose(1, tried: null)?.Id);

        _cluster.Link(FakeCluster.Two).Liveness = NodeLiveness.Suspect;
        Assert.Equal(FakeCluster.Three, _cluster.Knowledge.Choose(1, tried: null)?.Id);
    }

    [Fact]
    public void Choose_HolderLearned_IsTheHolderWhileAlive()
    {
        _cluster.Known().Knowledge.LearnHolder(0, FakeCluster.Three);
        Assert.Equal(FakeCluster.Three, _cluster.Knowledge.Choose(0, tried: null)?.Id);

        _cluster.Link(FakeCluster.Three).Liveness = NodeLiveness.Dead;
        Assert.Equal(FakeCluster.One, _cluster.Knowledge.Choose(0, tried: null)?.Id);
    }

    [Fact]
    public void Choose_TriedNodes_AreLeftOut()
    {
        _cluster.Known();

        Assert.Equal(FakeCluster.Three, _cluster.Knowledge.Choose(0, [_cluster.Link(FakeCluster.One), _cluster.Link(FakeCluster.Two)])?.Id);
        Assert.Null(_cluster.Knowledge.Choose(0, [.. _cluster.Nodes.Current.All]));
    }

    [Fact]
    public async Task Choose_AfterTheNodesChanged_AsksOnlyThoseThatAreThere()
    {
        _cluster.Known().Knowledge.LearnHolder(0, FakeCluster.One);

        await _cluster.Nodes.ChangeAsync(new Dictionary<NodeId, (string Name, string Hint)> { [FakeCluster.Three] = ("node3", "") });

        Assert.Equal(FakeCluster.Three, _cluster.Knowledge.Choose(0, tried: null)?.Id);
        Assert.False(_cluster.Knowledge.HasOther(_cluster.Link(FakeCluster.Three)));
    }

    [Fact]
    public void LearnHolder_NoneOrOutsideThePartitions_ChangesNothing()
    {
        _cluster.Known().Knowledge.LearnHolder(0, FakeCluster.Two);
        _cluster.Knowledge.LearnHolder(0, NodeId.None);
        _cluster.Knowledge.LearnHolder(-1, FakeCluster.One);
        _cluster.Knowledge.LearnHolder(2, FakeCluster.One);

        Assert.Equal(FakeCluster.Two, _cluster.Knowledge.HolderOf(0));
        Assert.Equal(NodeId.None, _cluster.Knowledge.HolderOf(-1));
        Assert.Equal(NodeId.None, _cluster.Knowledge.HolderOf(2));
    }

    [Fact]
    public void Take_TwoSayTheyHold_BelievesTheHigherBallot()
    {
        _cluster.Knowledge.Take(
        [
            FakeCluster.Status(FakeCluster.One, FakeCluster.Partition(0, 3, FakeCluster.One, holdsBallot: true)),
            FakeCluster.Status(FakeCluster.Two, FakeCluster.Partition(0, 4, FakeCluster.Two, holdsBallot: true)),
            FakeCluster.Status(FakeCluster.Three, FakeCluster.Partition(0, 9, FakeCluster.Three)),
        ]);

        Assert.Equal(FakeCluster.Two, _cluster.Knowledge.HolderOf(0));
        Assert.Equal(NodeId.None, _cluster.Knowledge.HolderOf(1));
    }

    [Fact]
    public void Take_NewsThatNameNoHolder_KeepsTheOnesThatAreKnown()
    {
        _cluster.Known().Knowledge.LearnHolder(1, FakeCluster.Three);

        _cluster.Knowledge.Take([FakeCluster.Status(FakeCluster.Two)]);

        Assert.Equal(FakeCluster.Three, _cluster.Knowledge.HolderOf(1));
    }

    [Fact]
    public void HasLiveQuorum_FollowsTheLinks()
    {
        Assert.False(_cluster.Knowledge.HasLiveQuorum(0));
        _cluster.Known();
        _cluster.Link(FakeCluster.One).Liveness = NodeLiveness.Dead;
        Assert.Equal(0, _cluster.Knowledge.CountWithoutQuorum());

        _cluster.Link(FakeCluster.Two).Liveness = NodeLiveness.Suspect;
        Assert.False(_cluster.Knowledge.HasLiveQuorum(0));
        Assert.Equal(2, _cluster.Knowledge.CountWithoutQuorum());
    }
}
