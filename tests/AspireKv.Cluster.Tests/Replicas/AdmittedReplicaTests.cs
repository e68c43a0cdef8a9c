using AspireKv.Cluster.Messages;
using AspireKv.Cluster.Operations;
using AspireKv.Cluster.Replicas;
using AspireKv.Cluster.Tests.Coordination;
using AspireKv.Cluster.Versioning;
using static AspireKv.Cluster.Tests.Coordination.PartitionFixture;

namespace AspireKv.Cluster.Tests.Replicas;

/// <summary>What a replica does, and does not, before it is known that its files are the newest of its node.</summary>
public sealed class AdmittedReplicaTests
{
    private readonly PartitionFixture _partition = new() { IsAdmitted = false };

    [Theory]
    [InlineData(PeerRequestKind.Prepare)]
    [InlineData(PeerRequestKind.Confirm)]
    [InlineData(PeerRequestKind.Read)]
    [InlineData(PeerRequestKind.List)]
    public void Request_BeforeTheStartIsAdmitted_IsLeftUnansweredAndPromisesNothing(PeerRequestKind kind)
    {
        var placed = _partition.Placed.Count;

        _partition.State.OnRequest(Two, Request(kind, 5));

        var answer = Assert.Single(_partition.Sync());
        Assert.Equal((PeerResponseKind.Unanswered, 0L, 0L), (answer.Kind, answer.Epoch, answer.Position));
        Assert.Equal(placed, _partition.Placed.Count);
    }

    [Fact]
    public void Request_OnceTheStartIsAdmitted_IsAnswered()
    {
        _partition.IsAdmitted = true;

        Assert.Equal(PeerResponseKind.Promised, _partition.Ask(Request(PeerRequestKind.Prepare, 5)).Response.Kind);
    }

    [Fact]
    public void Operation_BeforeTheStartIsAdmitted_TakesNoBallot()
    {
        var own = _partition.Submit(OperationKind.Get);
        var forwarded = _partition.Submit(new ClientOperation { Kind = OperationKind.Get, Key = Key }, hops: 1);

        Assert.Equal(own, Assert.Single(_partition.Forwarded).Operation);
        Assert.Equal(NotAppliedReason.NotReady, _partition.Results[forwarded].Reason);
        Assert.DoesNotContain(_partition.Placed, record => record is BallotPromised);
    }

    [Fact]
    public void Answer_SaysUpToWhereTheWalIsDurable()
    {
        _partition.IsAdmitted = true;

        var (response, after) = _partition.Ask(Request(PeerRequestKind.Accept, 5, Value(5, 1)));

        Assert.Equal(after, response.Position);
    }

    [Fact]
    public void Rebuilt_BeforeTheOthersKnowOfTheIncarnation_IsNotTakenYet()
    {
        var partition = new PartitionFixture(
            new ReplicaSnapshot(new Ballot(5, Two), ConfigOf(1, [One, Two, Three]), Stamp.Zero, 1, IsLearner: true)
            {
                RebuildBallot = new Ballot(5, Two),
            });
        var rebuilt = Request(PeerRequestKind.Rebuilt, 5) with { Incarnation = PartitionFixture.Incarnation };
        partition.IsKnown = false;

        partition.State.OnRequest(Two, rebuilt);

        Assert.Equal(PeerResponseKind.Unanswered, Assert.Single(partition.Sync()).Kind);
        Assert.True(partition.State.IsLearner);

        partition.IsKnown = true;
        Assert.Equal(PeerResponseKind.Rebuilt, partition.Ask(rebuilt).Response.Kind);
        Assert.False(partition.State.IsLearner);
    }

    /// <summary>The host may fail between the promise of a higher ballot and the end of the coordinator.</summary>
    [Fact]
    public void Get_AfterTheOwnReplicaPromisedAHigherBallotUnnoticed_IsNotConfirmed()
    {
        var partition = new PartitionFixture().Hold();
        partition.FailsToAnswer = true;
        Assert.Throws<InvalidOperationException>(() => partition.State.OnRequest(Three, Request(PeerRequestKind.Prepare, 9, node: 3)));
        partition.FailsToAnswer = false;

        var get = partition.Submit(OperationKind.Get);
        partition.Sync();
        partition.Reply(Two, PeerRequestKind.Confirm, PeerResponseKind.Confirmed);

        Assert.DoesNotContain(get, partition.Results.Keys);
    }
}
