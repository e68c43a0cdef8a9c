using AspireKv.Cluster.Operations;
using AspireKv.Cluster.Partitions;
using AspireKv.Cluster.Status;
using AspireKv.Cluster.Tests.Coordination;
using AspireKv.Cluster.Topology;
using static AspireKv.Cluster.Tests.Coordination.PartitionFixture;

namespace AspireKv.Cluster.Tests.Partitions;

/// <summary>Who keeps tombstones from going, as node 1 of three sees it while it coordinates.</summary>
public sealed class PurgeHoldTests
{
    private readonly PartitionFixture _partition = new() { Now = Seconds(100) };
    private readonly ScriptedReplicas _others;

    public PurgeHoldTests() => _others = new ScriptedReplicas(_partition);

    [Fact]
    public void Holds_WhenEverybodyIsWell_AreNone()
    {
        Hold();

        Assert.Empty(Holds());
        Assert.True(_partition.State.Upkeep.MayPurge);
    }

    [Fact]
    public void Holds_WithoutTheBallot_AreNotThisNodesToTell()
    {
        _partition.Dead.Add(Three);

        Assert.Empty(Holds());
    }

    [Fact]
    public void DeadReplica_HoldsBackSinceItWasLastHeard()
    {
        Hold();
        _partition.Dead.Add(Three);
        _partition.HeardAt[Three] = Seconds(90);

        Assert.Equal([new PurgeHold(Three, PurgeHoldReason.Dead, Seconds(90))], Holds());
        Assert.False(_partition.State.Upkeep.MayPurge);
    }

    [Fact]
    public void DeadReplica_ThatWasNeverHeard_HoldsBackSinceThisProcessHasThePartition()
    {
        Hold();
        _partition.Dead.Add(Three);

        Assert.Equal([new PurgeHold(Three, PurgeHoldReason.Dead, TimeSpan.Zero)], Holds());
    }

    /// <summary>To bring back a node that runs would mend nothing.</summary>
    [Fact]
    public void Replica_ThatAnotherNodeReaches_IsToldAsCutOff()
    {
        Hold();
        _partition.Dead.Add(Three);
        _partition.CutOff.Add(Three);
        _partition.HeardAt[Three] = Seconds(90);

        Assert.Equal([new PurgeHold(Three, PurgeHoldReason.CutOff, Seconds(90))], Holds());
        Assert.False(_partition.State.Upkeep.MayPurge);
    }

    [Fact]
    public void DeadReplicas_EachHoldBack()
    {
        Hold();
        _partition.Dead.UnionWith([Two, Three]);

        Assert.Equal([Two, Three], Holds().Select(hold => hold.Node));
    }

    /// <summary>A replica that the partition moves to is asked for its word like any other.</summary>
    [Fact]
    public void DeadReplica_OfTheNextOnes_HoldsBack()
    {
        var four = new NodeId(4);
        _partition.State.Adopt(ConfigOf(
            2, [One, Two, Three], [One, Two, four], new Dictionary<NodeId, long> { [One] = 1, [Two] = 1, [Three] = 1, [four] = 2 }));
        Hold();
        _partition.Dead.Add(four);

        Assert.Equal(four, Assert.Single(Holds()).Node);
    }

    [Fact]
    public void Learner_HoldsBackSinceItFirstSaidSo()
    {
        _others.Lose(Three, 33);
        _partition.Now = Seconds(160);
        _others.Lose(Three, 33);
        Hold();

        Assert.Equal([new PurgeHold(Three, PurgeHoldReason.Learner, Seconds(100))], Holds());
        Assert.False(_partition.State.Upkeep.MayPurge);
    }

    /// <summary>The learner lacked everything all the while.</summary>
    [Fact]
    public void Learner_ThatLostItsMemoryAgain_HoldsBackAsBefore()
    {
        _others.Lose(Three, 33);
        _partition.Now = Seconds(160);
        _others.Lose(Three, 34);
        Hold();

        Assert.Equal(Seconds(100), Assert.Single(Holds()).Since);
    }

    [Fact]
    public void Learner_ThatHadItsMemoryMeanwhile_HoldsBackSinceItLostItAnew()
    {
        _others.Lose(Three, 33);
        _others.Learners.Remove(Three);
        Hold();
        Assert.Empty(Holds());

        _partition.Now = Seconds(160);
        _others.Lose(Three, 34);
        _partition.Now = Seconds(170);
        Hold();

        Assert.Equal(Seconds(160), Assert.Single(Holds()).Since);
    }

    /// <summary>An operator does something about a dead node; a learner that answers is rebuilt by itself.</summary>
    [Fact]
    public void Learner_ThatDied_IsToldAsDead()
    {
        _others.Lose(Three, 33);
        Hold();
        _partition.Dead.Add(Three);
        _partition.HeardAt[Three] = Seconds(130);

        Assert.Equal([new PurgeHold(Three, PurgeHoldReason.Dead, Seconds(130))], Holds());
    }

    /// <summary>Makes node 1 the coordinator, and has everybody say what there is to say.</summary>
    private void Hold()
    {
        _partition.Submit(OperationKind.Delete);
        _others.Run();
        Assert.True(_partition.State.HoldsBallot);
    }

    private IReadOnlyList<PurgeHold> Holds() => _partition.State.Upkeep.PurgeHolds;

    private static TimeSpan Seconds(int seconds) => TimeSpan.FromSeconds(seconds);
}
