using AspireKv.Cluster.Messages;
using AspireKv.Cluster.Operations;
using AspireKv.Cluster.Replicas;
using AspireKv.Cluster.Tests.Coordination;
using AspireKv.Cluster.Topology;
using AspireKv.Cluster.Versioning;
using static AspireKv.Cluster.Tests.Coordination.PartitionFixture;

namespace AspireKv.Cluster.Tests.Partitions;

/// <summary>A partition that nobody uses is coordinated all the same, by one node, and nobody is outbid for that.</summary>
public sealed class TakeOverTests
{
    [Fact]
    public void PlaceInLine_OfTheFirstReplica_IsTheFirst() => Assert.Equal(0, new PartitionFixture().State.Upkeep.PlaceInLine);

    [Fact]
    public void PlaceInLine_OfALaterReplica_CountsThoseBeforeItThatAnswer()
    {
        var partition = new PartitionFixture(firstReplica: Two);
        Assert.Equal(1, partition.State.Upkeep.PlaceInLine);

        partition.Dead.Add(Two);
        Assert.Equal(0, partition.State.Upkeep.PlaceInLine);
    }

    [Fact]
    public void PlaceInLine_WhileSomebodyCoordinates_IsNone()
    {
        var partition = new PartitionFixture();
        partition.Ask(Request(PeerRequestKind.Prepare, 9, node: 3));
        Assert.Null(partition.State.Upkeep.PlaceInLine);

        partition.Dead.Add(Three);
        Assert.Equal(0, partition.State.Upkeep.PlaceInLine);
    }

    [Fact]
    public void PlaceInLine_OfTheCoordinator_IsNone() => Assert.Null(new PartitionFixture().Hold().State.Upkeep.PlaceInLine);

    [Fact]
    public void PlaceInLine_WithoutAQuorum_IsNone()
    {
        var partition = new PartitionFixture();
        partition.Dead.UnionWith([Two, Three]);

        Assert.Null(partition.State.Upkeep.PlaceInLine);
    }

    [Fact]
    public void PlaceInLine_OfALearner_IsNone() => Assert.Null(new PartitionFixture(hasMemory: false).State.Upkeep.PlaceInLine);

    [Fact]
    public void PlaceInLine_OfANodeThatStandsDown_IsNone()
    {
        var partition = new PartitionFixture();
        partition.State.StandDown();

        Assert.Null(partition.State.Upkeep.PlaceInLine);
    }

    [Fact]
    public void PlaceInLine_WithinThePauseOfALoser_IsNone()
    {
        var partition = new PartitionFixture(options: Options with { MaxPreparePause = TimeSpan.FromHours(1) }).Hold();
        partition.Ask(Request(PeerRequestKind.Prepare, 9));
        partition.Dead.Add(Two);

        Assert.Null(partition.State.Upkeep.PlaceInLine);
        partition.Now += TimeSpan.FromHours(1);
        Assert.Equal(0, partition.State.Upkeep.PlaceInLine);
    }

    [Fact]
    public void TakeOver_AsksWhoCoordinatesBeforeItPrepares()
    {
        var partition = new PartitionFixture();

        partition.State.Upkeep.TakeOver();
        partition.Sync();
        Assert.Equal([Two, Three], partition.Sent.Select(sent => sent.To));
        Assert.All(partition.Sent, sent => Assert.Equal(PeerRequestKind.Confirm, sent.Request.Kind));

        partition.Reply(Two, PeerRequestKind.Confirm, PeerResponseKind.Confirmed);
        partition.Reply(Three, PeerRequestKind.Confirm, PeerResponseKind.Confirmed);
        partition.Sync();
        Assert.Equal([Two, Three], partition.Sent.Where(sent => sent.Request.Kind == PeerRequestKind.Prepare).Select(sent => sent.To));
    }

    /// <summary>A slow answer is no answer: to go on by the time would outbid a holder that nobody told this node of yet.</summary>
    [Fact]
    public void TakeOver_BeforeAQuorumAnswered_AsksAgainAndCountsAnew()
    {
        var partition = new PartitionFixture(nodes: 5);
        partition.Dead.UnionWith([new NodeId(4), new NodeId(5)]);
        partition.State.Upkeep.TakeOver();
        partition.Reply(Two, PeerRequestKind.Confirm, PeerResponseKind.Confirmed);
        partition.Sent.Clear();

        partition.State.Upkeep.TakeOver();
        Assert.Equal(4, partition.Sent.Count(sent => sent.Request.Kind == PeerRequestKind.Confirm));
        partition.Reply(Two, PeerRequestKind.Confirm, PeerResponseKind.Confirmed);
        Assert.DoesNotContain(partition.Placed, static record => record is BallotPromised);

        partition.Reply(Three, PeerRequestKind.Confirm, PeerResponseKind.Confirmed);
        Assert.Single(partition.Placed, static record => record is BallotPromised);
    }

    /// <summary>An answer that counted once must not count for a later time at which nobody seems to coordinate.</summary>
    [Fact]
    public void TakeOver_SomebodyCoordinatesByTheTimeOfTheAnswer_LeavesTheBallotThere()
    {
        var partition = new PartitionFixture();
        partition.State.Upkeep.TakeOver();
        partition.Ask(Request(PeerRequestKind.Prepare, 9, node: 3));

        partition.Reply(Two, PeerRequestKind.Confirm, PeerResponseKind.Confirmed);
        partition.Dead.Add(Three);
        partition.Reply(Two, PeerRequestKind.Confirm, PeerResponseKind.Confirmed);
        partition.Sync();

        Assert.DoesNotContain(partition.Sent, sent => sent.Request.Kind == PeerRequestKind.Prepare);
    }

    /// <summary>One that did not confirm may have been asked by a client just now, and be about to take the ballot.</summary>
    [Fact]
    public void TakeOver_BeforeEveryoneThereAnswered_DoesNotPrepare()
    {
        var partition = new PartitionFixture(nodes: 5);
        partition.Dead.Add(new NodeId(5));
        partition.State.Upkeep.TakeOver();

        partition.Reply(Two, PeerRequestKind.Confirm, PeerResponseKind.Confirmed);
        partition.Reply(Three, PeerRequestKind.Confirm, PeerResponseKind.Confirmed);
        Assert.DoesNotContain(partition.Placed, static record => record is BallotPromised);

        partition.Reply(new NodeId(4), PeerRequestKind.Confirm, PeerResponseKind.Confirmed);
        Assert.Single(partition.Placed, static record => record is BallotPromised);
    }

    /// <summary>Both would have everybody's answer.</summary>
    [Fact]
    public void TakeOver_WhileAnotherReplicaAsksToo_AsksNoMore()
    {
        var partition = new PartitionFixture();
        partition.State.Upkeep.TakeOver();

        partition.Ask(Request(PeerRequestKind.Confirm, 0) with { Ballot = Ballot.Zero });
        partition.Reply(Two, PeerRequestKind.Confirm, PeerResponseKind.Confirmed);
        partition.Reply(Three, PeerRequestKind.Confirm, PeerResponseKind.Confirmed);

        Assert.DoesNotContain(partition.Placed, static record => record is BallotPromised);
    }

    /// <summary>Else an operation that comes while another node takes the ballot takes it from that one, with writes under way.</summary>
    [Fact]
    public void Submit_AfterAnotherReplicaAsked_WaitsForThatOneAWhile()
    {
        var partition = new PartitionFixture(options: Options with { MaxPreparePause = TimeSpan.FromSeconds(1) });
        partition.Ask(Request(PeerRequestKind.Confirm, 0) with { Ballot = Ballot.Zero });
        Assert.Null(partition.State.Upkeep.PlaceInLine);

        partition.Submit(new ClientOperation { Kind = OperationKind.Put, Key = Key }, hops: 1);
        partition.Now += TimeSpan.FromMilliseconds(999);
        partition.State.Tick(partition.Now);
        Assert.DoesNotContain(partition.Placed, static record => record is BallotPromised);

        partition.Now += TimeSpan.FromMilliseconds(1);
        partition.State.Tick(partition.Now);
        Assert.Single(partition.Placed, static record => record is BallotPromised);
    }

    /// <summary>A confirmation is no question of a candidate, and shows who coordinates.</summary>
    [Fact]
    public void Coordinator_HasItsOwnBallotConfirmed_IsKnownAndTakesNobodysTurn()
    {
        var partition = new PartitionFixture(firstReplica: Two);
        partition.Ask(Request(PeerRequestKind.Confirm, 3, node: 2));
        Assert.Equal(Two, partition.State.Holder);
        partition.Dead.Add(Two);

        partition.State.Upkeep.TakeOver();

        Assert.NotEmpty(partition.Sent);
    }

    /// <summary>A node that comes back knows the ballot that it held, and not the one that was taken since.</summary>
    [Fact]
    public void TakeOver_OfABallotThatAnotherNodeTookSince_LeavesItThere()
    {
        var partition = new PartitionFixture(ReplicaSnapshot.Empty with { Promised = new Ballot(5, One) });

        partition.State.Upkeep.TakeOver();
        partition.Reply(Three, PeerRequestKind.Confirm, PeerResponseKind.BallotRejected, promised: new Ballot(6, Three));
        partition.State.Upkeep.TakeOver();
        partition.Sync();

        Assert.DoesNotContain(partition.Sent, sent => sent.Request.Kind == PeerRequestKind.Prepare);
        Assert.Null(partition.State.Upkeep.PlaceInLine);
        Assert.Equal(Three, partition.State.Holder);
    }

    [Fact]
    public void TakeOver_ServesWhatWaited()
    {
        var partition = new PartitionFixture(options: Options with { MaxPreparePause = TimeSpan.FromHours(1) }).Hold();
        partition.Ask(Request(PeerRequestKind.Prepare, 9));
        partition.Dead.Add(Two);
        var put = partition.Submit(new ClientOperation { Kind = OperationKind.Put, Key = Key }, hops: 1);
        partition.Now += TimeSpan.FromHours(1);

        partition.State.Upkeep.TakeOver();
        partition.Reply(Three, PeerRequestKind.Confirm, PeerResponseKind.Confirmed);
        partition.Sync();
        partition.Reply(Three, PeerRequestKind.Prepare, PeerResponseKind.Promised);
        partition.Sync();
        partition.Reply(Three, PeerRequestKind.Accept, PeerResponseKind.Accepted);

        Assert.Equal(OperationOutcome.Applied, partition.Results[put].Outcome);
    }

    [Fact]
    public void TakeOver_WhileSomebodyCoordinates_DoesNothing()
    {
        var partition = new PartitionFixture();
        partition.Ask(Request(PeerRequestKind.Prepare, 9, node: 3));

        partition.State.Upkeep.TakeOver();
        partition.State.Upkeep.TakeOver();
        partition.Sync();

        Assert.Empty(partition.Sent);
    }
}
