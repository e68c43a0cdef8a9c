using AspireKv.Cluster.Messages;
using AspireKv.Cluster.Operations;
using AspireKv.Cluster.Tests.Coordination;
using AspireKv.Cluster.Topology;
using AspireKv.Cluster.Versioning;
using static AspireKv.Cluster.Tests.Coordination.PartitionFixture;

namespace AspireKv.Cluster.Tests.Partitions;

/// <summary>
/// A node that coordinates in place of the first replica, node 2, gives the partition back to it and leaves no outcome open for that.
/// </summary>
public sealed class HandBackTests
{
    private readonly PartitionFixture _partition = new(firstReplica: Two);

    public HandBackTests()
    {
        _partition.Dead.Add(Two);
        _partition.Hold();
        _partition.Dead.Remove(Two);
        _partition.FindAlike();
    }

    [Fact]
    public void FirstReplica_IsWell_MayHaveItBack() => Assert.True(_partition.State.Upkeep.MayHandBack);

    /// <summary>The first replica may lack what was written while it was away.</summary>
    [Fact]
    public void FirstReplica_WasNotCompared_DoesNotGetTheBallot()
    {
        var partition = new PartitionFixture(firstReplica: Two);
        partition.Dead.Add(Two);
        partition.Hold();
        partition.Dead.Remove(Two);

        Assert.False(partition.State.Upkeep.MayHandBack);
        partition.FindAlike();
        Assert.True(partition.State.Upkeep.MayHandBack);
    }

    [Fact]
    public void ThisNode_IsTheFirstReplica_KeepsTheBallot()
    {
        var partition = new PartitionFixture().Hold();

        Assert.False(partition.State.Upkeep.MayHandBack);
        partition.State.HandOver();
        Assert.Empty(Resigned(partition));
    }

    [Fact]
    public void ThisNode_WithoutTheBallot_HasNoneToGive() => Assert.False(new PartitionFixture(firstReplica: Two).State.Upkeep.MayHandBack);

    [Fact]
    public void FirstReplica_IsDead_DoesNotGetTheBallot()
    {
        _partition.Dead.Add(Two);

        Assert.False(_partition.State.Upkeep.MayHandBack);
    }

    /// <summary>The quorum of the first replica would be this node and itself.</summary>
    [Fact]
    public void FirstReplica_IsWellAndTheThirdIsDead_MayHaveItBack()
    {
        _partition.Dead.Add(Three);

        Assert.True(_partition.State.Upkeep.MayHandBack);
    }

    [Fact]
    public void AReplica_LacksItsMemory_KeepsTheBallotHere()
    {
        _partition.State.OnRequest(Three, Request(PeerRequestKind.Learning, 0, node: 3) with { Ballot = Ballot.Zero, Incarnation = 33 });
        _partition.Hold();

        Assert.False(_partition.State.Upkeep.MayHandBack);
    }

    /// <summary>As coordinator it would refuse what is stored while this node is.</summary>
    [Fact]
    public void FirstReplica_LackedRoom_DoesNotGetTheBallotForAWhile()
    {
        _partition.Submit(OperationKind.Put);
        _partition.Sync();
        _partition.Reply(Two, PeerRequestKind.Accept, PeerResponseKind.Unavailable);
        _partition.Reply(Three, PeerRequestKind.Accept, PeerResponseKind.Accepted);

        Assert.False(_partition.State.Upkeep.MayHandBack);
        _partition.Now += Options.FullFor;
        Assert.False(_partition.State.Upkeep.MayHandBack);
        _partition.FindAlike();
        Assert.True(_partition.State.Upkeep.MayHandBack);
    }

    [Fact]
    public void FirstReplica_HasRoomAgain_MayHaveItBack()
    {
        _partition.Submit(OperationKind.Put);
        _partition.Sync();
        _partition.Reply(Two, PeerRequestKind.Accept, PeerResponseKind.Unavailable);
        _partition.Reply(Three, PeerRequestKind.Accept, PeerResponseKind.Accepted);
        _partition.Submit(OperationKind.Put);
        _partition.Sync();
        _partition.Reply(Two, PeerRequestKind.Accept, PeerResponseKind.Accepted);
        _partition.FindAlike();

        Assert.True(_partition.State.Upkeep.MayHandBack);
    }

    [Fact]
    public void HandBack_NothingUnderWay_ResignsAndSendsOperationsToTheFirstReplica()
    {
        _partition.State.HandOver();

        Assert.Equal([Two, Three], Resigned(_partition));
        Assert.False(_partition.State.HoldsBallot);
        var put = _partition.Submit(OperationKind.Put);
        Assert.Equal([(put, Two)], _partition.Forwarded);
    }

    /// <summary>Whoever asks this node had not heard yet; to take the ballot again would be to out-bid the first replica.</summary>
    [Fact]
    public void HandBack_OperationFromAnotherNode_IsSentOnToTheFirstReplica()
    {
        _partition.State.HandOver();

        var put = _partition.Submit(new ClientOperation { Kind = OperationKind.Put, Key = Key }, hops: 1);

        Assert.Equal([(put, Two)], _partition.Forwarded);
        Assert.Equal([Two, Three, Two], Resigned(_partition));
    }

    [Fact]
    public void HandBack_FirstReplicaDiesThen_ThisNodeIsThereAgain()
    {
        _partition.State.HandOver();
        _partition.Dead.UnionWith([Two, Three]);

        _partition.Submit(OperationKind.Put);

        Assert.Empty(_partition.Forwarded);
        Assert.True(_partition.State.Upkeep.HasWork);
    }

    [Fact]
    public void HandBack_WriteUnderWay_EndsFirstAndWhatCameMeanwhileGoesOn()
    {
        var put = _partition.Submit(OperationKind.Put);
        _partition.State.HandOver();
        var late = _partition.Submit(OperationKind.Put);

        Assert.Empty(Resigned(_partition));
        Assert.True(_partition.State.Upkeep.HasWork);
        _partition.Sync();
        _partition.Reply(Two, PeerRequestKind.Accept, PeerResponseKind.Accepted);

        Assert.Equal(OperationOutcome.Applied, _partition.Results[put].Outcome);
        Assert.Equal([Two, Three], Resigned(_partition));
        Assert.Equal([(late, Two)], _partition.Forwarded);
        Assert.False(late.MayHaveBeenApplied);
    }

    [Fact]
    public void HandBack_WriteThatDoesNotEnd_KeepsTheBallotAndServesWhatWaited()
    {
        _partition.Submit(OperationKind.Put);
        _partition.Sync();
        _partition.State.HandOver();
        var late = _partition.Submit(OperationKind.Get);

        _partition.Now += Options.HandBackTimeout - TimeSpan.FromMilliseconds(1);
        _partition.State.Tick(_partition.Now);
        _partition.State.Abandon(late);
        Assert.Equal(NotAppliedReason.NoQuorum, _partition.Results[late].Reason);
        var later = _partition.Submit(OperationKind.Put);
        _partition.Now += TimeSpan.FromMilliseconds(1);
        _partition.State.Tick(_partition.Now);

        Assert.True(_partition.State.HoldsBallot);
        Assert.Empty(Resigned(_partition));
        _partition.Reply(Two, PeerRequestKind.Accept, PeerResponseKind.Accepted);
        _partition.Sync();
        _partition.Reply(Two, PeerRequestKind.Accept, PeerResponseKind.Accepted);
        Assert.Equal(OperationOutcome.Applied, _partition.Results[later].Outcome);
    }

    [Fact]
    public void HandBack_UnderWay_IsNotBegunAgainAndBeginsNoHousekeeping()
    {
        Assert.True(_partition.State.Upkeep.MayPurge);
        _partition.Submit(OperationKind.Put);

        _partition.State.HandOver();

        Assert.False(_partition.State.Upkeep.MayHandBack);
        Assert.False(_partition.State.Upkeep.MayPurge);
    }

    [Fact]
    public void HandBack_BallotLostMeanwhile_SendsWhatWaitedToTheNewHolder()
    {
        _partition.Submit(OperationKind.Put);
        _partition.State.HandOver();
        var late = _partition.Submit(OperationKind.Put);

        _partition.State.OnRequest(Three, Request(PeerRequestKind.Prepare, 9, node: 3));
        _partition.State.Tick(_partition.Now);

        Assert.Contains((late, Three), _partition.Forwarded);
        Assert.Empty(Resigned(_partition));
    }

    [Fact]
    public void FirstReplica_HearsThatTheHolderResigned_TakesTheBallotUnasked()
    {
        var first = new PartitionFixture();
        first.Ask(Request(PeerRequestKind.Prepare, 9));

        first.State.OnRequest(Two, Request(PeerRequestKind.Resigned, 9));
        first.Sync();

        Assert.Equal([Two, Three], first.Sent.Where(sent => sent.Request.Kind == PeerRequestKind.Prepare).Select(sent => sent.To));
    }

    [Fact]
    public void OtherReplica_HearsThatTheHolderResigned_LeavesTheBallotToTheFirst()
    {
        var other = new PartitionFixture(firstReplica: Three);
        other.Ask(Request(PeerRequestKind.Prepare, 9));

        other.State.OnRequest(Two, Request(PeerRequestKind.Resigned, 9));
        other.Sync();

        Assert.Empty(other.Sent);
    }

    /// <summary>Another node holds a higher ballot by now.</summary>
    [Fact]
    public void FirstReplica_HearsLateThatAHolderResigned_LeavesTheNextOneAlone()
    {
        var first = new PartitionFixture();
        first.State.OnRequest(Three, Request(PeerRequestKind.Prepare, 10, node: 3));

        first.State.OnRequest(Two, Request(PeerRequestKind.Resigned, 9));
        first.Sync();

        Assert.Empty(first.Sent);
    }

    private static IEnumerable<NodeId> Resigned(PartitionFixture partition) =>
        partition.Sent.Where(sent => sent.Request.Kind == PeerRequestKind.Resigned).Select(sent => sent.To);
}
