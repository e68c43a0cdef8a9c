using AspireKv.Access.Knowledge;
using AspireKv.Access.Tests.Fakes;
using AspireKv.Cluster.Keys;
using AspireKv.Cluster.Status;
using AspireKv.Cluster.Topology;
using AspireKv.Cluster.Versioning;

namespace AspireKv.Access.Tests.Knowledge;

public sealed class ClusterViewTests
{
    private static readonly NodeId Four = new(4);

    [Fact]
    public void Empty_KnowsNothing()
    {
        Assert.Null(ClusterView.Empty.Founding);
        Assert.Empty(ClusterView.Empty.Members);
        Assert.Empty(ClusterView.Empty.Partitions);
        Assert.Null(ClusterView.Empty.Find(0));
        Assert.Equal(-1, ClusterView.Empty.PartitionOf(StoreKey.Create("ns", "k"u8)));
    }

    [Fact]
    public void With_FoundingTold_KnowsThePartitionsAsFounded()
    {
        var view = ClusterView.Empty.With([FakeCluster.Status(FakeCluster.One)]);

        Assert.Equal(2, view.Partitions.Length);
        Assert.Equal([FakeCluster.Two, FakeCluster.Three, FakeCluster.One], view.Find(1)!.Replicas);
        Assert.Null(view.Find(1)!.Config);
        Assert.Null(view.Find(1)!.Promised);
        Assert.Null(view.Find(-1));
        Assert.Null(view.Find(2));
        Assert.InRange(view.PartitionOf(StoreKey.Create("ns", "k"u8)), 0, 1);
    }

    [Fact]
    public void With_NewsOfOneNode_LeavesTheOldViewAndTheOthersStatuses()
    {
        var before = ClusterView.Empty.With([FakeCluster.Status(FakeCluster.One), FakeCluster.Status(FakeCluster.Two)]);

        var after = before.With([FakeCluster.Status(FakeCluster.One, FakeCluster.Partition(0, 4, FakeCluster.Two))]);

        Assert.Null(before.Find(0)!.Promised);
        Assert.Equal(new Ballot(4, FakeCluster.Two), after.Find(0)!.Promised);
        Assert.Same(before.Statuses[FakeCluster.Two], after.Statuses[FakeCluster.Two]);
        Assert.Same(before.Founding, after.Founding);
    }

    [Fact]
    public void Partition_ToldBySeveral_HasTheNewestConfigAndTheHighestBallot()
    {
        var old = Config(epoch: 1, [FakeCluster.One, FakeCluster.Two, FakeCluster.Three], []);
        var moved = Config(epoch: 3, [Four, FakeCluster.Two, FakeCluster.Three], []);

        var partition = View(
            FakeCluster.Status(FakeCluster.One, FakeCluster.Partition(0, 7, FakeCluster.One, config: old)),
            FakeCluster.Status(FakeCluster.Two, FakeCluster.Partition(0, 5, FakeCluster.Two, config: moved)));

        Assert.Same(moved, partition.Config);
        Assert.Equal([Four, FakeCluster.Two, FakeCluster.Three], partition.Replicas);
        Assert.Equal(new Ballot(7, FakeCluster.One), partition.Promised);
    }

    [Theory]
    [InlineData(true, 1, 2, 3)]
    [InlineData(true, 1, 2)]
    [InlineData(false, 3)]
    [InlineData(false)]
    public void HasQuorum_IsAMajorityOfTheLiving(bool expected, params int[] alive) =>
        Assert.Equal(expected, View(FakeCluster.Status(FakeCluster.One)).HasQuorum(node => alive.Contains(node.Value)));

    [Fact]
    public void HasQuorum_LearnersDoNotCount()
    {
        var partition = View(FakeCluster.Status(FakeCluster.Three, FakeCluster.Partition(0, 1, FakeCluster.One, isLearner: true)));

        Assert.Equal([FakeCluster.Three], partition.Learners);
        Assert.True(partition.HasQuorum(static _ => true));
        Assert.False(partition.HasQuorum(node => node != FakeCluster.One));
    }

    /// <summary>While a partition moves, an operation needs a majority of the old list and one of the new list.</summary>
    [Theory]
    [InlineData(true, 1, 2, 3, 4)]
    [InlineData(true, 2, 3)]
    [InlineData(false, 1, 2)]
    [InlineData(false, 3, 4)]
    public void HasQuorum_WhilePartitionMoves_NeedsBothLists(bool expected, params int[] alive)
    {
        var moving = Config(epoch: 2, [FakeCluster.One, FakeCluster.Two, FakeCluster.Three], [FakeCluster.Two, FakeCluster.Three, Four]);

        var partition = View(FakeCluster.Status(FakeCluster.One, FakeCluster.Partition(0, 1, FakeCluster.One, config: moving)));

        Assert.Equal(expected, partition.HasQuorum(node => alive.Contains(node.Value)));
    }

    private static PartitionView View(params NodeStatus[] told) => ClusterView.Empty.With(told).Find(0)!;

    private static PartitionConfig Config(long epoch, NodeId[] replicas, NodeId[] next) =>
        new(epoch, replicas, next, replicas.Union(next).ToDictionary(node => node, _ => new Grant(1, 0)));
}
