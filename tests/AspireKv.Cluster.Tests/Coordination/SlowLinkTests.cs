using AspireKv.Cluster.Coordination.Tasks;
using AspireKv.Cluster.Messages;
using AspireKv.Cluster.Operations;
using static AspireKv.Cluster.Tests.Coordination.PartitionFixture;

namespace AspireKv.Cluster.Tests.Coordination;

/// <summary>What would not arrive in its time is refused before it is placed.</summary>
public sealed class SlowLinkTests
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(10);

    private readonly PartitionFixture _partition = new PartitionFixture().Hold();

    [Theory]
    [InlineData(OperationKind.Put, ConditionKind.None)]
    [InlineData(OperationKind.Delete, ConditionKind.None)]
    [InlineData(OperationKind.Put, ConditionKind.DoesNotExist)]
    public void Write_ThatWouldReachNoQuorumInTime_IsRefusedAndPlacedNowhere(OperationKind kind, ConditionKind condition)
    {
        (_partition.Backlogs[Two], _partition.Backlogs[Three]) = (Long, Long);
        var placed = _partition.Placed.Count;
        _partition.Sent.Clear();

        var write = _partition.Submit(kind, condition);

        AssertRefused(write);
        Assert.Equal(placed, _partition.Placed.Count);
        Assert.Empty(_partition.Sent);
    }

    [Fact]
    public void Write_ThatReachesAQuorumInTime_IsSentToAll()
    {
        _partition.Backlogs[Two] = Long;
        _partition.Sent.Clear();

        _partition.Submit(OperationKind.Put);

        Assert.Equal([Two, Three], _partition.Sent.Select(sent => sent.To));
    }

    /// <summary>A node that is not there will not store it in the place of the one that is late.</summary>
    [Fact]
    public void Write_WhereOneLinkIsSlowAndTheOtherDown_IsRefused()
    {
        _partition.Backlogs[Two] = Long;
        _partition.Links[Three] = 0;

        AssertRefused(_partition.Submit(OperationKind.Put));
    }

    [Fact]
    public void Write_WhereNoLinkIsUp_IsNoMatterOfLoad()
    {
        (_partition.Links[Two], _partition.Links[Three]) = (0, 0);

        Assert.DoesNotContain(_partition.Submit(OperationKind.Put), _partition.Results);
    }

    [Fact]
    public void Write_WhereOnlyALearnerIsReachedInTime_IsRefused()
    {
        _partition.State.OnRequest(Three, Request(PeerRequestKind.Learning, 0) with { Incarnation = 33 });
        _partition.Sync();
        _partition.Reply(Two, PeerRequestKind.Prepare, PeerResponseKind.Promised);
        _partition.Sync();
        Assert.True(_partition.State.HoldsBallot);
        _partition.Backlogs[Two] = Long;

        AssertRefused(_partition.Submit(OperationKind.Put));
    }

    [Theory]
    [InlineData(100, 120, true)]
    [InlineData(100, 150, false)]
    [InlineData(800, 1_800, true)]
    [InlineData(700, 1_800, false)]
    [InlineData(0, -1, true)]
    public void Write_HasThreeQuartersOfWhatIsLeft_OrOfThePatienceOfTheBallot(int backlog, int left, bool isRefused)
    {
        _partition.Now = TimeSpan.FromMinutes(1);
        _partition.Backlogs[Two] = _partition.Backlogs[Three] = TimeSpan.FromMilliseconds(backlog);

        var put = _partition.Submit(
            new ClientOperation { Kind = OperationKind.Put, Key = Key },
            deadline: _partition.Now + TimeSpan.FromMilliseconds(left));

        Assert.Equal(isRefused, _partition.Results.ContainsKey(put));
    }

    [Fact]
    public void Refused_PassesTheTurnOn()
    {
        (_partition.Backlogs[Two], _partition.Backlogs[Three]) = (Long, Long);
        AssertRefused(_partition.Submit(OperationKind.Put));
        _partition.Backlogs.Clear();

        var put = _partition.Submit(OperationKind.Put);
        _partition.Sync();
        _partition.Reply(Two, PeerRequestKind.Accept, PeerResponseKind.Accepted);

        Assert.Equal(OperationOutcome.Applied, _partition.Results[put].Outcome);
    }

    [Fact]
    public void Read_WhateverWaits_IsServed()
    {
        (_partition.Backlogs[Two], _partition.Backlogs[Three]) = (Long, Long);

        var get = _partition.Submit(OperationKind.Get);
        _partition.Reply(Two, PeerRequestKind.Confirm, PeerResponseKind.Confirmed);

        Assert.Equal(OperationOutcome.NotFound, _partition.Results[get].Outcome);
    }

    private void AssertRefused(PendingOperation operation)
    {
        var result = _partition.Results[operation];
        Assert.Equal((OperationOutcome.NotApplied, NotAppliedReason.Overloaded), (result.Outcome, result.Reason));
        Assert.False(operation.MayHaveBeenApplied);
    }
}
