using AspireKv.Cluster.Housekeeping;
using AspireKv.Cluster.Partitions;
using AspireKv.Cluster.Status;
using AspireKv.Cluster.Topology;

namespace AspireKv.Cluster.Tests.Housekeeping;

public sealed class TombstoneTallyTests
{
    private static readonly NodeId Two = new(2);
    private static readonly NodeId Three = new(3);

    private readonly TombstoneTally _tally = new();

    [Fact]
    public void Status_BeforeAnyCount_IsOfNothing()
    {
        var status = _tally.Describe(Seconds(100));

        Assert.Equal((0, 0, 0), (status.Partitions, status.Tombstones, status.Held));
        Assert.Empty(status.Holds);
    }

    [Fact]
    public void Status_CountsWhatGoesAndWhatIsHeldBack()
    {
        _tally.Take(Seconds(90), [Free(0, 5), Held(1, 7, Dead(Two, 40)), Held(2, 0, Dead(Two, 40)), Held(3, 2, Dead(Two, 40))]);

        var status = _tally.Describe(Seconds(100));

        Assert.Equal((4, 14, 9), (status.Partitions, status.Tombstones, status.Held));
        Assert.Equal([new TombstoneHold(Two, PurgeHoldReason.Dead, 2, 9, Seconds(60), Seconds(60))], status.Holds);
    }

    [Fact]
    public void Status_OfTwoThatHoldBackTheSame_CountsThemForEachAndOnceInAll()
    {
        _tally.Take(Seconds(90), [Held(0, 7, Dead(Three, 40), Dead(Two, 80))]);

        var status = _tally.Describe(Seconds(100));

        Assert.Equal(7, status.Held);
        Assert.Equal(
            [(Two, 7L, Seconds(20)), (Three, 7L, Seconds(60))],
            status.Holds.Select(hold => (hold.Node, hold.Tombstones, hold.HeldFor)));
    }

    [Fact]
    public void Status_OfOneNodeForTwoReasons_TellsThemApart()
    {
        _tally.Take(Seconds(90), [Held(0, 1, new PurgeHold(Two, PurgeHoldReason.Learner, Seconds(80))), Held(1, 2, Dead(Two, 85))]);

        Assert.Equal(
            [(PurgeHoldReason.Dead, 2L), (PurgeHoldReason.Learner, 1L)],
            _tally.Describe(Seconds(100)).Holds.Select(hold => (hold.Reason, hold.Tombstones)));
    }

    /// <summary>A learner is one in each partition since another moment.</summary>
    [Fact]
    public void HeldFor_OverSeveralPartitions_IsTheLongest()
    {
        _tally.Take(Seconds(90), [Held(0, 1, Dead(Two, 70)), Held(1, 1, Dead(Two, 30)), Held(2, 1, Dead(Two, 50))]);

        Assert.Equal(Seconds(70), Assert.Single(_tally.Describe(Seconds(100)).Holds).HeldFor);
    }

    /// <summary>A node that is gone for days holds back nothing before somebody deletes something.</summary>
    [Fact]
    public void Oldest_InAPartitionThatWasEmptyMeanwhile_IsYoungerThanTheHold()
    {
        _tally.Take(Seconds(60), [Held(0, 0, Dead(Two, 10))]);
        _tally.Take(Seconds(90), [Held(0, 3, Dead(Two, 10))]);

        var hold = Assert.Single(_tally.Describe(Seconds(100)).Holds);

        Assert.Equal((Seconds(90), Seconds(40)), (hold.HeldFor, hold.OldestFor));
    }

    [Fact]
    public void Oldest_WhereThePartitionWasEmptyBeforeTheHold_IsAsOldAsTheHold()
    {
        _tally.Take(Seconds(10), [Free(0, 0)]);
        _tally.Take(Seconds(90), [Held(0, 3, Dead(Two, 60))]);

        Assert.Equal(Seconds(40), Assert.Single(_tally.Describe(Seconds(100)).Holds).OldestFor);
    }

    [Fact]
    public void Oldest_OfAPartition_IsNoConcernOfAnother()
    {
        _tally.Take(Seconds(60), [Held(0, 0, Dead(Two, 10)), Held(1, 4, Dead(Two, 10))]);

        Assert.Equal(Seconds(90), Assert.Single(_tally.Describe(Seconds(100)).Holds).OldestFor);
    }

    [Fact]
    public void Status_OfTheNextCount_HoldsNothingOfTheLastOne()
    {
        _tally.Take(Seconds(60), [Held(0, 2, Dead(Two, 10)), Free(1, 9)]);
        _tally.Take(Seconds(90), [Free(1, 3)]);

        var status = _tally.Describe(Seconds(100));

        Assert.Equal((1, 3, 0), (status.Partitions, status.Tombstones, status.Held));
        Assert.Empty(status.Holds);
    }

    private static CountedTombstones Free(int partition, long count) => new(partition, count, []);

    private static CountedTombstones Held(int partition, long count, params PurgeHold[] holds) => new(partition, count, holds);

    private static PurgeHold Dead(NodeId node, int since) => new(node, PurgeHoldReason.Dead, Seconds(since));

    private static TimeSpan Seconds(int seconds) => TimeSpan.FromSeconds(seconds);
}
