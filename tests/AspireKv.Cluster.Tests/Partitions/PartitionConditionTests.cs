using AspireKv.Cluster.Messages;
using AspireKv.Cluster.Tests.Coordination;
using AspireKv.Cluster.Topology;
using AspireKv.Cluster.Versioning;
using static AspireKv.Cluster.Tests.Coordination.PartitionFixture;

namespace AspireKv.Cluster.Tests.Partitions;

/// <summary>What a partition says of itself to those who look after it, at node 1 of three.</summary>
public sealed class PartitionConditionTests
{
    private static readonly NodeId Four = new(4);
    private static readonly NodeId Five = new(5);

    private static readonly Dictionary<NodeId, long> Since = new() { [One] = 1, [Two] = 1, [Three] = 1, [Four] = 2, [Five] = 2 };

    [Fact]
    public void Quorum_OfThisNodeAndOneMore_IsLive()
    {
        var partition = new PartitionFixture();

        partition.Dead.Add(Two);
        Assert.True(partition.State.Upkeep.HasLiveQuorum);

        partition.Dead.Add(Three);
        Assert.False(partition.State.Upkeep.HasLiveQuorum);
    }

    [Fact]
    public void Quorum_WithALearner_DoesNotCountIt()
    {
        var partition = new PartitionFixture();
        partition.Dead.Add(Two);

        SayLearning(partition, Three);

        Assert.False(partition.State.Upkeep.HasLiveQuorum);
    }

    [Fact]
    public void Quorum_AtALearner_DoesNotCountItself()
    {
        var learner = new PartitionFixture(hasMemory: false);
        Assert.True(learner.State.Upkeep.HasLiveQuorum);

        learner.Dead.Add(Two);

        Assert.False(learner.State.Upkeep.HasLiveQuorum);
    }

    [Fact]
    public void Quorum_OfAPartitionThatMoves_IsOneOfBothLists()
    {
        var partition = new PartitionFixture();
        partition.State.Adopt(ConfigOf(2, [One, Two, Three], [One, Four, Five], Since));

        partition.Dead.UnionWith([Three, Four, Five]);
        Assert.False(partition.State.Upkeep.HasLiveQuorum);

        partition.Dead.Remove(Five);
        Assert.True(partition.State.Upkeep.HasLiveQuorum);
    }

    [Fact]
    public void Quorum_OfAPartitionHeldElsewhere_IsNotThisNodesConcern()
    {
        var partition = new PartitionFixture();
        partition.State.Adopt(ConfigOf(2, [Two, Three, Four], [], Since));
        partition.Dead.UnionWith([Two, Three, Four]);

        Assert.True(partition.State.Upkeep.HasLiveQuorum);
    }

    [Fact]
    public void Purge_NeedsTheHolderAndEverybody()
    {
        var partition = new PartitionFixture();
        Assert.False(partition.State.Upkeep.MayPurge);

        partition.Hold();
        Assert.True(partition.State.Upkeep.MayPurge);

        partition.Dead.Add(Three);
        Assert.False(partition.State.Upkeep.MayPurge);
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void Learner_ThatHoldsAReplica_AwaitsItsRebuild(bool hasMemory, bool awaits) =>
        Assert.Equal(awaits, new PartitionFixture(hasMemory: hasMemory).State.Upkeep.AwaitsRebuild);

    [Fact]
    public void Learner_WhoseReplicaWasMovedAway_AwaitsNothing()
    {
        var learner = new PartitionFixture(hasMemory: false);

        learner.State.Adopt(ConfigOf(2, [Two, Three, Four], [], Since));

        Assert.False(learner.State.Upkeep.AwaitsRebuild);
    }

    [Fact]
    public void Rebuild_IsTheCoordinators()
    {
        var partition = new PartitionFixture();
        SayLearning(partition, Three);
        partition.Sync();
        Assert.False(partition.State.Upkeep.HasLearnerToRebuild);

        partition.Hold();
        Assert.True(partition.State.Upkeep.HasLearnerToRebuild);

        // Whoever votes beside it later has to know its former life for over.
        partition.Unregistered.Add(33);
        Assert.False(partition.State.Upkeep.HasLearnerToRebuild);
        partition.Unregistered.Clear();

        partition.State.Upkeep.StartRebuild();
        Assert.False(partition.State.Upkeep.HasLearnerToRebuild);
        Assert.True(partition.State.Upkeep.IsRebuilding);
    }

    private static void SayLearning(PartitionFixture partition, NodeId from) =>
        partition.State.OnRequest(from, Request(PeerRequestKind.Learning, 0) with { Ballot = Ballot.Zero, Incarnation = 33 });
}
