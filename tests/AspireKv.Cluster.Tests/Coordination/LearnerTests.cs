using AspireKv.Cluster.Keys;
using AspireKv.Cluster.Messages;
using AspireKv.Cluster.Operations;
using AspireKv.Cluster.Replicas;
using AspireKv.Cluster.Topology;
using AspireKv.Cluster.Versioning;
using static AspireKv.Cluster.Tests.Coordination.PartitionFixture;

namespace AspireKv.Cluster.Tests.Coordination;

/// <summary>A replica that lost its memory, as itself and as its coordinator sees it.</summary>
public sealed class LearnerTests
{
    private static readonly ReplicaSnapshot Learner = ReplicaSnapshot.Empty with
    {
        Config = ConfigOf(1, [One, Two, Three]),
        IsLearner = true,
    };

    [Fact]
    public void Adopt_OfAGrantToAnotherLife_MakesALearnerWithTheConfigItself()
    {
        var partition = new PartitionFixture(hasMemory: false);

        Assert.True(Assert.IsType<ConfigTaken>(partition.Placed[0]).IsLearner);
        Assert.True(partition.State.IsLearner);
    }

    [Fact]
    public void Adopt_OfTheSameGrantAfterARebuild_LeavesAVoter()
    {
        var partition = new PartitionFixture(Learner with { IsLearner = false }, hasMemory: false);

        Assert.False(partition.State.IsLearner);
    }

    [Fact]
    public void Submit_AtALearner_IsForwardedAndNeverPrepared()
    {
        var partition = new PartitionFixture(Learner);

        partition.Submit(OperationKind.Put);

        Assert.Equal(Two, Assert.Single(partition.Forwarded).To);
        Assert.DoesNotContain(partition.Placed, record => record is BallotPromised);
    }

    [Fact]
    public void Answer_OfALearner_SaysSoWithItsIncarnation()
    {
        var (response, _) = new PartitionFixture(Learner).Ask(Request(PeerRequestKind.Confirm, 5));

        Assert.True(response.IsLearner);
        Assert.Equal(PartitionFixture.Incarnation, response.Incarnation);
    }

    [Fact]
    public void Rebuild_ComingAgainUnderTheSameBallot_TakesNothingAway()
    {
        var partition = new PartitionFixture(Learner);
        partition.Ask(Rebuild(5));
        partition.Ask(Request(PeerRequestKind.Accept, 5, Value(5, 2)));

        var (response, _) = partition.Ask(Rebuild(5));

        Assert.Equal(PeerResponseKind.RebuildBegun, response.Kind);
        Assert.NotNull(partition.Find(Key));
        Assert.Single(partition.Placed, record => record is RebuildBegun);
    }

    [Fact]
    public void Rebuild_UnderAnotherBallot_BeginsAnew()
    {
        var partition = new PartitionFixture(Learner);
        partition.Ask(Rebuild(5));
        partition.Ask(Request(PeerRequestKind.Accept, 5, Value(5, 2)));

        partition.Ask(Rebuild(6));

        Assert.Null(partition.Find(Key));
    }

    [Fact]
    public void Rebuild_ThenALateAcceptFromBefore_IsRefused()
    {
        var partition = new PartitionFixture(Learner);
        partition.Ask(Rebuild(5, lastSequence: 7));

        var (response, _) = partition.Ask(Request(PeerRequestKind.Accept, 5, Value(5, 7)));

        Assert.Equal(PeerResponseKind.Refused, response.Kind);
        Assert.Equal(PeerResponseKind.Accepted, partition.Ask(Request(PeerRequestKind.Accept, 5, Value(5, 8))).Response.Kind);
    }

    [Theory]
    [InlineData(5, PartitionFixture.Incarnation, PeerResponseKind.Rebuilt)]
    [InlineData(5, 99, PeerResponseKind.Refused)]
    [InlineData(6, PartitionFixture.Incarnation, PeerResponseKind.Refused)]
    public void Rebuilt_IsTakenOnlyFromTheRebuildThatBegan(long round, ulong incarnation, PeerResponseKind expected)
    {
        var partition = new PartitionFixture(Learner);
        partition.Ask(Rebuild(5));

        var (response, after) = partition.Ask(Request(PeerRequestKind.Rebuilt, round) with { Incarnation = incarnation });

        Assert.Equal(expected, response.Kind);
        Assert.Equal(expected != PeerResponseKind.Rebuilt, partition.State.IsLearner);
        Assert.True(after >= partition.Placed.Count, "the answer does not wait for the mark");
    }

    [Fact]
    public void Rebuild_FencedBelowWhatWasPurged_KeepsTheHigherFence()
    {
        var partition = new PartitionFixture(Learner);
        partition.Ask(Request(PeerRequestKind.Purge, 5, purge: Value(5, 9).Stamp));
        partition.Ask(Rebuild(5, lastSequence: 1));

        var (response, _) = partition.Ask(Request(PeerRequestKind.Accept, 5, Value(5, 5)));

        Assert.Equal(PeerResponseKind.Refused, response.Kind);
    }

    [Fact]
    public void Rebuild_OfAnotherIncarnation_IsRefusedAndTakesNothingAway()
    {
        var partition = new PartitionFixture(Learner);
        partition.Ask(Request(PeerRequestKind.Accept, 5, Value(5, 1)));

        var (response, _) = partition.Ask(Rebuild(5) with { Incarnation = 99 });

        Assert.Equal(PeerResponseKind.Refused, response.Kind);
        Assert.NotNull(partition.Find(Key));
    }

    [Fact]
    public void Rebuild_OfAVoter_IsRefused()
    {
        Assert.Equal(PeerResponseKind.Refused, new PartitionFixture().Ask(Rebuild(5)).Response.Kind);
    }

    [Fact]
    public void Coordinator_SeeingALearnerFirst_GivesItsBallotUpAndTakesAHigherOne()
    {
        var partition = new PartitionFixture().Hold();
        var before = partition.State.HighestBallot;

        SayLearning(partition, Three, 33);
        partition.Sync();

        Assert.False(partition.State.HoldsBallot);
        Assert.True(partition.Sent[^1].Request is { Kind: PeerRequestKind.Prepare } prepare && prepare.Ballot > before);
    }

    [Fact]
    public void Coordinator_KnowingTheLearner_KeepsItsBallot()
    {
        var partition = new PartitionFixture().Hold();
        SayLearning(partition, Three, 33);
        partition.Sync();
        partition.Reply(Two, PeerRequestKind.Prepare, PeerResponseKind.Promised);
        Assert.True(partition.State.HoldsBallot);

        SayLearning(partition, Three, 33);

        Assert.True(partition.State.HoldsBallot);
    }

    [Fact]
    public void Coordinator_HoldingABallotOfALearnersFormerSelf_DoesNotForwardToIt()
    {
        var partition = new PartitionFixture();
        partition.Ask(Request(PeerRequestKind.Prepare, 5, node: 3));
        SayLearning(partition, Three, 33);
        partition.Sync();

        partition.Submit(OperationKind.Get);

        Assert.Empty(partition.Forwarded);
        Assert.Contains(partition.Sent, sent => sent.Request.Kind == PeerRequestKind.Prepare);
    }

    [Fact]
    public void StartRebuild_GoesThroughItsStepsAndCommitsEveryKeyAnew()
    {
        var partition = new PartitionFixture().Hold();
        SayLearning(partition, Three, 33);
        partition.Sync();
        partition.Reply(Two, PeerRequestKind.Prepare, PeerResponseKind.Promised);
        var old = partition.Find(Key)!;

        partition.State.Upkeep.StartRebuild();
        Assert.True(partition.State.Upkeep.IsRebuilding);
        Assert.Equal((Three, PeerRequestKind.Rebuild), (partition.Sent[^1].To, partition.Sent[^1].Request.Kind));
        ReplyAsLearner(partition, PeerRequestKind.Rebuild, PeerResponseKind.RebuildBegun);
        partition.Sync();
        ReplyWithKeys(partition, Two, Key);
        partition.Sync();
        partition.Reply(Two, PeerRequestKind.Read, PeerResponseKind.ReadResult, old);
        partition.Sync();
        partition.Reply(Two, PeerRequestKind.Accept, PeerResponseKind.Accepted);

        // A quorum of voters holds it; the learner does not yet.
        Assert.DoesNotContain(partition.Sent, sent => sent.Request.Kind == PeerRequestKind.Rebuilt);
        var copy = partition.Sent[^1];
        Assert.Equal((Three, PeerRequestKind.Accept, old.Revision), (copy.To, copy.Request.Kind, copy.Request.Entry!.Revision));
        Assert.True(copy.Request.Entry.Stamp > old.Stamp);
        ReplyAsLearner(partition, PeerRequestKind.Accept, PeerResponseKind.Accepted);

        Assert.Equal((Three, PeerRequestKind.Rebuilt), (partition.Sent[^1].To, partition.Sent[^1].Request.Kind));
        partition.Reply(Three, PeerRequestKind.Rebuilt, PeerResponseKind.Rebuilt);
        Assert.False(partition.State.Upkeep.IsRebuilding);
        Assert.Empty(partition.State.Upkeep.Learners);
    }

    [Fact]
    public void Rebuild_WhoseLastKeyIsPutOff_IsWorkAndGoesOnInTime()
    {
        var partition = new PartitionFixture().Hold();
        SayLearning(partition, Three, 33);
        partition.Sync();
        partition.Reply(Two, PeerRequestKind.Prepare, PeerResponseKind.Promised);
        partition.State.Upkeep.StartRebuild();
        ReplyAsLearner(partition, PeerRequestKind.Rebuild, PeerResponseKind.RebuildBegun);
        partition.Sync();
        ReplyWithKeys(partition, Two, Key);
        partition.Sync();
        partition.Reply(Two, PeerRequestKind.Read, PeerResponseKind.ReadResult, partition.Find(Key));
        partition.Sync();
        partition.Reply(Two, PeerRequestKind.Accept, PeerResponseKind.Accepted);

        ReplyAsLearner(partition, PeerRequestKind.Accept, PeerResponseKind.Refused);
        var sent = partition.Sent.Count;

        // No round is open: the time alone brings the key back.
        Assert.True(partition.State.Upkeep.HasWork);
        partition.State.Tick(TimeSpan.FromSeconds(1));
        Assert.True(partition.Sent.Count > sent);
    }

    [Fact]
    public void Put_WhileAKeyIsCopied_DoesNotWaitForTheLearner()
    {
        var partition = new PartitionFixture().Hold();
        SayLearning(partition, Three, 33);
        partition.Sync();
        partition.Reply(Two, PeerRequestKind.Prepare, PeerResponseKind.Promised);
        partition.State.Upkeep.StartRebuild();
        ReplyAsLearner(partition, PeerRequestKind.Rebuild, PeerResponseKind.RebuildBegun);
        partition.Sync();
        ReplyWithKeys(partition, Two, Key);
        partition.Sync();
        partition.Reply(Two, PeerRequestKind.Read, PeerResponseKind.ReadResult, partition.Find(Key));
        partition.Sync();
        partition.Reply(Two, PeerRequestKind.Accept, PeerResponseKind.Accepted);

        var put = partition.Submit(OperationKind.Put);
        partition.Sync();
        partition.Reply(Two, PeerRequestKind.Accept, PeerResponseKind.Accepted);

        Assert.Equal(OperationOutcome.Applied, partition.Results[put].Outcome);
    }

    [Fact]
    public void Forwarded_ToANodeThatKnowsOfNoHolder_IsCoordinatedThere()
    {
        var partition = new PartitionFixture(firstReplica: Two);

        partition.Submit(new ClientOperation { Kind = OperationKind.Get, Key = Key }, hops: 1);

        // Node 2 comes first in the list, but may have forwarded it here since it believes that this node coordinates.
        Assert.Empty(partition.Forwarded);
        Assert.Contains(partition.Placed, record => record is BallotPromised);
    }

    [Fact]
    public void Forwarded_RoundAndRound_IsCoordinatedThere()
    {
        var partition = new PartitionFixture();
        partition.State.OnRequest(Two, Request(PeerRequestKind.Prepare, 3));

        var lost = partition.Submit(new ClientOperation { Kind = OperationKind.Get, Key = Key }, hops: 2);
        partition.Submit(new ClientOperation { Kind = OperationKind.Get, Key = Key }, hops: 3);

        // Node 2 may have forgotten its ballot together with its disk, and take this node for the coordinator.
        Assert.Equal(lost, Assert.Single(partition.Forwarded).Operation);
        Assert.Equal(4, Assert.IsType<BallotPromised>(partition.Placed[^1]).Ballot.Round);
    }

    private static PeerRequest Rebuild(long round, long lastSequence = 1) => Request(PeerRequestKind.Rebuild, round) with
    {
        Incarnation = PartitionFixture.Incarnation,
        PurgeStamp = new Stamp(new Ballot(round, Two), lastSequence),
    };

    private static void SayLearning(PartitionFixture partition, NodeId from, ulong incarnation) =>
        partition.State.OnRequest(from, Request(PeerRequestKind.Learning, 0) with { Ballot = Ballot.Zero, Incarnation = incarnation });

    private static void ReplyAsLearner(PartitionFixture partition, PeerRequestKind toKind, PeerResponseKind kind)
    {
        var request = partition.Sent.Last(sent => sent.To == Three && sent.Request.Kind == toKind).Request;
        partition.State.OnResponse(Three, Response(request, kind) with { IsLearner = true, Incarnation = 33 });
    }

    private static void ReplyWithKeys(PartitionFixture partition, NodeId from, params StoreKey[] keys)
    {
        var request = partition.Sent.Last(sent => sent.To == from && sent.Request.Kind == PeerRequestKind.List).Request;
        var page = new KeyPage([.. keys.Select(key => new ListedKey(key, default))], default);
        partition.State.OnResponse(from, Response(request, PeerResponseKind.KeysListed) with { Page = page });
    }

    private static PeerResponse Response(PeerRequest request, PeerResponseKind kind) => new()
    {
        Kind = kind,
        Partition = 0,
        Id = request.Id,
        Ballot = request.Ballot,
        Epoch = 1,
    };
}
