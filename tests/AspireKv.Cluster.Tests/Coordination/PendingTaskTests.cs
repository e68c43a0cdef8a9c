using AspireKv.Cluster.Coordination.Tasks;
using AspireKv.Cluster.Messages;
using AspireKv.Cluster.Operations;
using static AspireKv.Cluster.Tests.Coordination.PartitionFixture;

namespace AspireKv.Cluster.Tests.Coordination;

/// <summary>Whoever waits for a task is told of its end, once.</summary>
public sealed class PendingTaskTests
{
    private readonly PartitionFixture _partition = new PartitionFixture().Hold();
    private readonly ScriptedReplicas _others;
    private int _ended;

    public PendingTaskTests()
    {
        _others = new ScriptedReplicas(_partition);
        _others.Run();
    }

    [Theory]
    [InlineData(OperationKind.Get, OperationOutcome.NotApplied)]
    [InlineData(OperationKind.Put, OperationOutcome.Unknown)]
    public void Operation_WhoseStorageEnded_IsToldSoOnce(OperationKind kind, OperationOutcome expected)
    {
        var pending = _partition.Submit(kind);

        pending.EndWithoutStorage();
        pending.EndWithoutStorage();

        Assert.Equal(expected, _partition.Results[pending].Outcome);
        Assert.True(pending.IsDone);
    }

    [Fact]
    public void Operation_ThatWentElsewhere_IsNotEndedHere()
    {
        var partition = new PartitionFixture(firstReplica: Two);
        var pending = partition.Submit(OperationKind.Put);
        Assert.Single(partition.Forwarded);

        pending.EndWithoutStorage();

        Assert.Empty(partition.Results);
    }

    [Fact]
    public void Purge_WhoseStorageEnded_IsToldSoOnce()
    {
        var purge = Purge();

        purge.EndWithoutStorage();
        purge.EndWithoutStorage();

        Assert.Equal((1, false), (_ended, purge.IsPurged));
    }

    [Fact]
    public void Purge_OnceItEnded_GivesTheKeyBack()
    {
        var purge = Purge();
        _others.Run();
        Assert.True(purge.IsPurged);

        AssertKeyIsFree();

        Assert.Equal((1, true), (_ended, purge.IsPurged));
    }

    [Fact]
    public void Purge_OfAKeyThatHasAValue_EndsAndGivesTheKeyBack()
    {
        AssertKeyIsFree();
        var purge = Purge();
        Assert.Equal((1, false), (_ended, purge.IsPurged));

        AssertKeyIsFree();

        Assert.Equal(1, _ended);
    }

    [Fact]
    public void Purge_WhereAnotherReplicaHoldsANewerValue_BringsItToAllAndEnds()
    {
        var newer = Value(50, 1);
        _others.EntriesOf(Two)[Key] = newer;

        var purge = Purge();
        _others.Run();

        Assert.Equal((1, false), (_ended, purge.IsPurged));
        Assert.Equal(newer.Revision, _partition.Find(Key)!.Revision);
        Assert.Equal(newer.Revision, _others.EntriesOf(Three)[Key].Revision);
    }

    [Fact]
    public void Purge_WhoseBallotIsLost_EndsOnce()
    {
        var purge = Purge();

        _partition.Ask(Request(PeerRequestKind.Prepare, 99));

        Assert.False(_partition.State.HoldsBallot);
        Assert.Equal((1, false), (_ended, purge.IsPurged));
    }

    private PendingPurge Purge()
    {
        var purge = new PendingPurge(Key, () => _ended++);
        _partition.State.Submit(purge);
        return purge;
    }

    private void AssertKeyIsFree()
    {
        var put = _partition.Submit(OperationKind.Put);
        _others.Run();
        Assert.Equal(OperationOutcome.Applied, _partition.Results[put].Outcome);
    }
}
