using AspireKv.Cluster.Coordination.Tasks;
using AspireKv.Cluster.Messages;
using AspireKv.Cluster.Operations;
using AspireKv.Cluster.Replicas;
using AspireKv.Cluster.Tests.Coordination;
using AspireKv.Cluster.Versioning;
using static AspireKv.Cluster.Tests.Coordination.PartitionFixture;

namespace AspireKv.Cluster.Tests.Partitions;

/// <summary>Operations on their way between nodes, and those that wait at one.</summary>
public sealed class RoutingTests
{
    private readonly PartitionFixture _partition = new(firstReplica: Two);

    [Fact]
    public void Forwarded_CountsItsHopAndIsTheOtherNodesMatter()
    {
        var put = _partition.Submit(OperationKind.Put);

        Assert.Equal([(put, Two)], _partition.Forwarded);
        Assert.Equal(1, put.Hops);
        _partition.State.Abandon(put);
        Assert.Empty(_partition.Results);
    }

    [Fact]
    public void Forwarded_AsOftenAsIsAllowed_IsTaken()
    {
        var put = Submit(hops: Options.MaxHops);

        Assert.DoesNotContain(put, _partition.Results.Keys);
        Assert.True(_partition.State.Upkeep.HasWork);
    }

    [Fact]
    public void Forwarded_MoreOftenThanIsAllowed_IsRefused()
    {
        var put = Submit(hops: Options.MaxHops + 1);

        Assert.Equal(NotAppliedReason.TooManyHops, _partition.Results[put].Reason);
        Assert.Empty(_partition.Forwarded);
    }

    /// <summary>The first replica of the list takes the ballot where nobody has it, and not whoever is asked first.</summary>
    [Fact]
    public void Operation_OfAClientWhereNobodyHoldsTheBallot_GoesToThePreferredCoordinator()
    {
        Submit(hops: 0);
        Assert.False(_partition.State.Upkeep.HasWork);
        Assert.Equal(Two, Assert.Single(_partition.Forwarded).To);

        Submit(hops: 1);
        Assert.True(_partition.State.Upkeep.HasWork);
        Assert.Single(_partition.Forwarded);
    }

    [Fact]
    public void Abandoned_WhileItIsParked_IsRefusedAndNotTakenUpAgain()
    {
        var put = Submit(hops: 1);
        _partition.Sync();
        Fail();
        Assert.True(_partition.State.Upkeep.HasWork);
        _partition.State.Abandon(put);
        Assert.Equal(NotAppliedReason.NoQuorum, _partition.Results[put].Reason);
        _partition.Sent.Clear();

        Pass(Options.MaxPreparePause);

        Assert.Empty(_partition.Sent);
        Assert.False(_partition.State.Upkeep.HasWork);
    }

    /// <summary>Answers that come one by one must not put off for ever what another Prepare may bring about.</summary>
    [Fact]
    public void Prepare_ThatTooFewAnswer_IsGivenUpAsLongAfterItWasSent()
    {
        var partition = new PartitionFixture(nodes: 5);
        partition.Submit(OperationKind.Put);
        partition.Sync();
        partition.Now = Options.PrepareTimeout * 0.75;
        partition.Reply(Two, PeerRequestKind.Prepare, PeerResponseKind.Promised);

        partition.Now = Options.PrepareTimeout;
        partition.State.Tick(partition.Now);
        partition.Now += Options.MaxPreparePause;
        partition.State.Tick(partition.Now);

        Assert.Equal(2, partition.Placed.OfType<BallotPromised>().Count());
    }

    /// <summary>There is nobody else to know of another holder.</summary>
    [Fact]
    public void Operation_AtTheOnlyNodeThatHeldTheBallotBeforeItsRestart_IsServed()
    {
        var partition = new PartitionFixture(ReplicaSnapshot.Empty with { Promised = new Ballot(5, One) }, nodes: 1);

        var put = partition.Submit(OperationKind.Put);
        partition.Sync();

        Assert.Equal(OperationOutcome.Applied, partition.Results[put].Outcome);
    }

    /// <summary>Two nodes that take the ballot from each other would do so for ever, if both tried again at once.</summary>
    [Fact]
    public void Parked_WaitsForItsPauseAndIsSubmittedOnce()
    {
        var partition = new PartitionFixture(firstReplica: Two, options: Options with { MaxPreparePause = TimeSpan.FromHours(1) });
        var put = new PendingOperation(Put(), hops: 1, owner: partition);
        partition.State.Submit(put);
        partition.Sync();
        partition.Now = Options.PrepareTimeout;
        partition.State.Tick(partition.Now);
        partition.Sent.Clear();

        partition.Now += TimeSpan.FromMilliseconds(1);
        partition.State.Tick(partition.Now);
        partition.Sync();
        Assert.Empty(partition.Sent);

        partition.Now += TimeSpan.FromHours(1);
        partition.State.Tick(partition.Now);
        partition.Sync();
        Assert.Equal([Two, Three], partition.Sent.Select(sent => sent.To).Order());

        partition.State.Tick(partition.Now);
        partition.Reply(Two, PeerRequestKind.Prepare, PeerResponseKind.Promised);
        partition.Sync();
        partition.Reply(Two, PeerRequestKind.Accept, PeerResponseKind.Accepted);
        partition.Sync();
        Assert.Equal(OperationOutcome.Applied, partition.Results[put].Outcome);
        Assert.Single(partition.Sent, sent => sent.To == Two && sent.Request.Kind == PeerRequestKind.Accept);
    }

    [Fact]
    public void Resigned_LowerThanTheBallotKnown_LeavesTheHolder()
    {
        _partition.Ask(Request(PeerRequestKind.Prepare, 9, node: 3));
        _partition.State.OnRequest(Two, Request(PeerRequestKind.Resigned, 5, node: 2));

        Submit(hops: 0);

        Assert.Equal(Three, Assert.Single(_partition.Forwarded).To);
    }

    /// <summary>The Prepare was lost, or is late.</summary>
    [Fact]
    public void Resigned_OfABallotNeverHeardOf_LeavesTheSameNodesEarlierBallotWithoutAHolder()
    {
        _partition.Ask(Request(PeerRequestKind.Prepare, 5, node: 3));
        _partition.State.OnRequest(Three, Request(PeerRequestKind.Resigned, 9, node: 3));

        Submit(hops: 0);

        Assert.Equal(Two, Assert.Single(_partition.Forwarded).To);
    }

    /// <summary>Messages overtake each other.</summary>
    [Fact]
    public void Resigned_OfAnEarlierHolderAfterTheLaterOnes_BringsTheLaterHolderNotBack()
    {
        _partition.State.OnRequest(Three, Request(PeerRequestKind.Resigned, 9, node: 3));
        _partition.State.OnRequest(Two, Request(PeerRequestKind.Resigned, 5, node: 2));

        Submit(hops: 0);

        Assert.Equal(Two, Assert.Single(_partition.Forwarded).To);
    }

    private static ClientOperation Put() => new() { Kind = OperationKind.Put, Key = Key, Value = "value"u8.ToArray() };

    private PendingOperation Submit(int hops) => _partition.Submit(Put(), hops);

    private void Fail() => Pass(Options.PrepareTimeout);

    private void Pass(TimeSpan time)
    {
        _partition.Now += time;
        _partition.State.Tick(_partition.Now);
        _partition.Sync();
    }
}
