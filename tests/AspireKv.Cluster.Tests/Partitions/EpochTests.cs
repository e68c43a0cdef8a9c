using AspireKv.Cluster.Coordination.Tasks;
using AspireKv.Cluster.Messages;
using AspireKv.Cluster.Operations;
using AspireKv.Cluster.Tests.Coordination;
using AspireKv.Cluster.Topology;
using static AspireKv.Cluster.Tests.Coordination.PartitionFixture;

namespace AspireKv.Cluster.Tests.Partitions;

/// <summary>A coordinator acts under one config: it ends with that config, and with nothing less.</summary>
public sealed class EpochTests
{
    private static readonly PartitionConfig Next = ConfigOf(
        2, [One, Two, Three], [], new Dictionary<NodeId, long> { [One] = 1, [Two] = 1, [Three] = 1 });

    private readonly PartitionFixture _partition =
        new PartitionFixture(options: Options with { ConfigTimeout = Options.GiveUpAfter / 2 }).Hold();

    private readonly PendingOperation _put;

    public EpochTests()
    {
        _put = _partition.Submit(OperationKind.Put);
        _partition.Sync();
    }

    [Fact]
    public void Adopt_OfANewerConfig_EndsTheCoordinator()
    {
        _partition.State.Adopt(Next);

        Assert.False(_partition.State.HoldsBallot);
        Assert.Equal(OperationOutcome.Unknown, _partition.Results[_put].Outcome);
    }

    [Fact]
    public void Adopt_OfTheConfigThatIsKnown_LeavesTheCoordinatorAtWork()
    {
        _partition.State.Adopt(_partition.State.Config!);

        Assert.True(_partition.State.HoldsBallot);
        Assert.DoesNotContain(_put, _partition.Results.Keys);
    }

    /// <summary>What is under way may still have its quorum under the config that it was begun under.</summary>
    [Fact]
    public void Answer_WithANewerConfig_LetsWhatIsUnderWayEndBeforeItIsObeyed()
    {
        Reject();
        var next = _partition.Submit(OperationKind.Put);

        Assert.Equal(1, _partition.State.Config!.Epoch);
        _partition.Reply(Three, PeerRequestKind.Accept, PeerResponseKind.Accepted);

        Assert.Equal(OperationOutcome.Applied, _partition.Results[_put].Outcome);
        Assert.Equal(2, _partition.State.Config!.Epoch);
        Assert.DoesNotContain(next, _partition.Results.Keys);
    }

    [Fact]
    public void NewerConfig_WhoseTimeIsUp_IsObeyedWhateverIsUnderWay()
    {
        Reject();
        _partition.Now += Options.GiveUpAfter / 2;

        _partition.State.Tick(_partition.Now);

        Assert.Equal(2, _partition.State.Config!.Epoch);
        Assert.Equal(OperationOutcome.Unknown, _partition.Results[_put].Outcome);
    }

    [Fact]
    public void NewerConfig_ThatNamesTheCoordinator_IsPreparedByItAnew()
    {
        var before = _partition.State.HighestBallot;
        _partition.Reply(Three, PeerRequestKind.Accept, PeerResponseKind.Accepted);

        _partition.State.Learn(Next);
        _partition.Sync();

        var prepare = _partition.Sent.Last(sent => sent.Request.Kind == PeerRequestKind.Prepare).Request;
        Assert.Equal((2, true), (prepare.Epoch, prepare.Ballot > before));
    }

    [Fact]
    public void NewerConfig_ThatLeavesTheCoordinatorOut_IsLeftToTheFirstOfItsReplicas()
    {
        _partition.Reply(Three, PeerRequestKind.Accept, PeerResponseKind.Accepted);

        _partition.State.Learn(ConfigOf(2, [Three, Two]));

        Assert.False(_partition.State.HoldsBallot);
        Assert.Equal(PeerRequestKind.Resigned, _partition.Sent[^1].Request.Kind);
        Assert.Equal(2, _partition.Sent[^1].Request.Config!.Epoch);
    }

    /// <summary>A follower that adopts by itself refuses what its coordinator has under way.</summary>
    [Fact]
    public void Learn_OfAConfigAtAReplica_WaitsForAMessageUnderIt()
    {
        var follower = new PartitionFixture();

        follower.State.Learn(Next);
        Assert.Equal(1, follower.State.Config!.Epoch);

        follower.Ask(Request(PeerRequestKind.Prepare, 5) with { Epoch = 2, Config = Next });
        Assert.Equal(2, follower.State.Config!.Epoch);
    }

    [Fact]
    public void Learn_OfAConfigAtANodeThatHoldsNoReplica_AdoptsAtOnce()
    {
        var other = new PartitionFixture();
        other.State.Adopt(ConfigOf(2, [Two, Three]));

        other.State.Learn(ConfigOf(3, [Two, Three], [Two, One], new Dictionary<NodeId, long> { [One] = 3 }));

        Assert.Equal(3, other.State.Config!.Epoch);
    }

    [Fact]
    public void Request_UnderAConfigOfATopologyThatIsNotKnown_IsLeftUnanswered()
    {
        var follower = new PartitionFixture { TopologyVersion = 1 };

        var (response, _) = follower.Ask(Request(PeerRequestKind.Prepare, 5) with { Epoch = 2, Config = Next });

        Assert.Equal(PeerResponseKind.Unanswered, response.Kind);
        Assert.Equal(1, follower.State.Config!.Epoch);
    }

    private void Reject()
    {
        var request = _partition.Sent.Last(sent => sent.To == Two).Request;
        _partition.State.OnResponse(Two, new PeerResponse
        {
            Kind = PeerResponseKind.EpochRejected,
            Partition = 0,
            Id = request.Id,
            Ballot = request.Ballot,
            Epoch = 2,
            Config = Next,
        });
    }
}
