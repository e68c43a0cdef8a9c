using AspireKv.Cluster.Coordination.Tasks;
using AspireKv.Cluster.Messages;
using AspireKv.Cluster.Operations;
using AspireKv.Cluster.Replicas;
using AspireKv.Cluster.Tests.Coordination;
using AspireKv.Cluster.Topology;
using AspireKv.Cluster.Versioning;
using static AspireKv.Cluster.Tests.Coordination.PartitionFixture;

namespace AspireKv.Cluster.Tests.Partitions;

/// <summary>A node that is about to stop hands its partitions on, and leaves no outcome open for that.</summary>
public sealed class StandDownTests
{
    [Fact]
    public void Holder_NothingUnderWay_ResignsAtOnce()
    {
        var partition = new PartitionFixture().Hold();

        partition.State.StandDown();

        Assert.Equal([Two, Three], Resigned(partition));
        Assert.True(partition.State.HasStoodDown);
        Assert.False(partition.State.HoldsBallot);
        Assert.Equal(NodeId.None, partition.State.Holder);
    }

    [Fact]
    public void Holder_WriteUnderWay_ResignsOnceItIsAcknowledged()
    {
        var partition = new PartitionFixture().Hold();
        var put = partition.Submit(OperationKind.Put);

        partition.State.StandDown();

        Assert.Empty(Resigned(partition));
        Assert.False(partition.State.HasStoodDown);
        partition.Sync();
        Assert.Empty(Resigned(partition));
        partition.Reply(Two, PeerRequestKind.Accept, PeerResponseKind.Accepted);
        Assert.Equal(OperationOutcome.Applied, partition.Results[put].Outcome);
        Assert.Equal([Two, Three], Resigned(partition));
        Assert.True(partition.State.HasStoodDown);
    }

    [Fact]
    public void Holder_ReadBeingConfirmed_ResignsOnceItIsAnswered()
    {
        var partition = new PartitionFixture().Hold();
        var get = partition.Submit(OperationKind.Get);

        partition.State.StandDown();

        Assert.Empty(Resigned(partition));
        partition.Reply(Two, PeerRequestKind.Confirm, PeerResponseKind.Confirmed);
        Assert.Equal(OperationOutcome.NotFound, partition.Results[get].Outcome);
        Assert.True(partition.State.HasStoodDown);
    }

    [Fact]
    public void Holder_OperationThatWaitsForTheKey_IsServed()
    {
        var partition = new PartitionFixture().Hold();
        partition.Submit(OperationKind.Put);
        var second = partition.Submit(OperationKind.Put);

        partition.State.StandDown();
        Acknowledge(partition);
        Assert.False(partition.State.HasStoodDown);
        Acknowledge(partition);

        Assert.Equal(OperationOutcome.Applied, partition.Results[second].Outcome);
        Assert.True(partition.State.HasStoodDown);
    }

    [Fact]
    public void Holder_OperationThatCameMeanwhile_GoesElsewhereAfterTheResignation()
    {
        var partition = new PartitionFixture().Hold();
        partition.Submit(OperationKind.Put);
        partition.State.StandDown();

        var late = partition.Submit(OperationKind.Put);
        partition.Now = TimeSpan.FromMilliseconds(100);
        partition.State.Tick(partition.Now);

        Assert.Empty(partition.Forwarded);
        Acknowledge(partition);
        Assert.Equal([(late, Two)], partition.Forwarded);
        Assert.Equal(1, late.Hops);
        Assert.False(late.MayHaveBeenApplied);
    }

    [Fact]
    public void Holder_OperationThatCameMeanwhile_EndsInTime()
    {
        var partition = new PartitionFixture().Hold();
        partition.Submit(OperationKind.Put);
        partition.State.StandDown();
        var late = partition.Submit(OperationKind.Put);

        partition.State.Abandon(late);

        Assert.Equal(NotAppliedReason.NoQuorum, partition.Results[late].Reason);
    }

    [Fact]
    public void Holder_WriteThatNobodyAcknowledges_ResignsOnceItsTimeIsUp()
    {
        var partition = new PartitionFixture().Hold();
        var put = partition.Submit(OperationKind.Put);
        partition.State.StandDown();

        partition.State.Abandon(put);
        Assert.True(partition.State.Upkeep.HasWork);
        partition.State.Tick(partition.Now);

        Assert.Equal(OperationOutcome.Unknown, partition.Results[put].Outcome);
        Assert.True(partition.State.HasStoodDown);
        Assert.False(partition.State.Upkeep.HasWork);
    }

    [Fact]
    public void Holder_PurgeUnderWay_DoesNotWaitForIt()
    {
        var partition = new PartitionFixture().Hold();
        var purge = new PendingPurge(Key);
        partition.State.Submit(purge);

        partition.State.StandDown();

        Assert.True(purge.IsDone);
        Assert.True(partition.State.HasStoodDown);
    }

    [Fact]
    public void Holder_StandingDown_BeginsNoHousekeeping()
    {
        var partition = new PartitionFixture().Hold();
        Assert.True(partition.State.Upkeep.MayPurge);
        partition.Submit(OperationKind.Put);

        partition.State.StandDown();

        Assert.True(partition.State.HoldsBallot);
        Assert.False(partition.State.Upkeep.MayPurge);
    }

    [Fact]
    public void Candidate_OthersHeardOfTheBallot_ResignsAndHandsOnWhatWaits()
    {
        var partition = new PartitionFixture();
        var put = partition.Submit(OperationKind.Put);
        partition.Sync();

        partition.State.StandDown();

        Assert.Equal([Two, Three], Resigned(partition));
        Assert.Equal([(put, Two)], partition.Forwarded);
    }

    [Fact]
    public void Candidate_NobodyHeardOfTheBallot_SaysNothingOfIt()
    {
        var partition = new PartitionFixture();
        var put = partition.Submit(OperationKind.Put);

        partition.State.StandDown();

        Assert.Empty(partition.Sent);
        Assert.Equal([(put, Two)], partition.Forwarded);
    }

    /// <param name="hops">After three hops a voter takes the ballot, whoever seems to hold it.</param>
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    public void NodeThatStoodDown_TakesNoBallot(int hops)
    {
        var partition = new PartitionFixture();
        partition.State.StandDown();

        var put = partition.Submit(new ClientOperation { Kind = OperationKind.Put, Key = Key }, hops);
        partition.Sync();

        Assert.Empty(partition.Sent);
        Assert.Equal([(put, Two)], partition.Forwarded);
    }

    [Fact]
    public void NodeThatStoodDown_NobodyElseAlive_RefusesAtOnce()
    {
        var partition = new PartitionFixture();
        partition.Dead.UnionWith([Two, Three]);
        partition.State.StandDown();

        var put = partition.Submit(OperationKind.Put);

        Assert.Equal(NotAppliedReason.NoQuorum, partition.Results[put].Reason);
    }

    [Fact]
    public void NodeThatStoodDown_LearnerSpeaks_TakesNoBallotForIt()
    {
        var partition = new PartitionFixture();
        partition.State.StandDown();

        partition.State.OnRequest(Two, Request(PeerRequestKind.Learning, 0) with { Ballot = Ballot.Zero, Incarnation = 22 });
        partition.Sync();

        Assert.Empty(partition.Sent);
    }

    [Fact]
    public void NodeThatStoodDown_StillVotes()
    {
        var partition = new PartitionFixture().Hold();
        partition.State.StandDown();

        var (response, _) = partition.Ask(Request(PeerRequestKind.Prepare, 9));

        Assert.Equal(PeerResponseKind.Promised, response.Kind);
    }

    /// <summary>Though it still answers, and comes first in the list.</summary>
    [Fact]
    public void OtherNode_HolderResigned_IsNotSentTheNextOperation()
    {
        var partition = new PartitionFixture(firstReplica: Two);
        partition.Ask(Request(PeerRequestKind.Prepare, 9));
        partition.State.OnRequest(Two, Request(PeerRequestKind.Resigned, 9));

        partition.Submit(OperationKind.Put);
        partition.Sync();

        Assert.Empty(partition.Forwarded);
        Assert.Equal(2, partition.Sent.Count(sent => sent.Request.Kind == PeerRequestKind.Prepare));
    }

    /// <summary>Another node may have taken the ballot meanwhile, and has writes under way.</summary>
    [Fact]
    public void HolderThatRestarted_AsksAnotherNodeBeforeItTakesTheBallotBack()
    {
        var partition = new PartitionFixture(ReplicaSnapshot.Empty with { Promised = new Ballot(3, One) });

        var put = partition.Submit(OperationKind.Put);
        Assert.Equal([(put, Two)], partition.Forwarded);

        // Node 2 knows of no other holder, and hands the operation back.
        partition.Submit(new ClientOperation { Kind = OperationKind.Put, Key = Key }, hops: 2);
        partition.Sync();
        Assert.Equal(2, partition.Sent.Count(sent => sent.Request.Kind == PeerRequestKind.Prepare));
    }

    /// <summary>A node without a replica asks the first one that is alive, and knows nothing of it.</summary>
    [Fact]
    public void HolderThatRestarted_AskedByANodeThatMayHoldNoReplica_AsksAnotherReplicaFirst()
    {
        var partition = new PartitionFixture(ReplicaSnapshot.Empty with { Promised = new Ballot(3, One) });

        var put = partition.Submit(new ClientOperation { Kind = OperationKind.Put, Key = Key }, hops: 1);
        partition.Sync();

        Assert.Equal([(put, Two)], partition.Forwarded);
        Assert.Empty(partition.Sent);
    }

    /// <summary>This node would be the last to know: there is nobody to ask.</summary>
    [Fact]
    public void HolderThatRestarted_AskedWhileTheOthersAreGone_TakesTheBallot()
    {
        var partition = new PartitionFixture(ReplicaSnapshot.Empty with { Promised = new Ballot(3, One) });
        partition.Dead.UnionWith([Two, Three]);

        partition.Submit(new ClientOperation { Kind = OperationKind.Put, Key = Key }, hops: 1);

        Assert.True(partition.State.Upkeep.HasWork);
        Assert.Empty(partition.Forwarded);
    }

    private static IEnumerable<Cluster.Topology.NodeId> Resigned(PartitionFixture partition) =>
        partition.Sent.Where(sent => sent.Request.Kind == PeerRequestKind.Resigned).Select(sent => sent.To);

    private static void Acknowledge(PartitionFixture partition)
    {
        partition.Sync();
        partition.Reply(Two, PeerRequestKind.Accept, PeerResponseKind.Accepted);
    }
}
