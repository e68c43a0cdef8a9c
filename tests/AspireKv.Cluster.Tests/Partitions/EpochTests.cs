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

    private readonly PartitionFixture _partition = new PartitionFixture().Hold();
    private readonly PendingOperation _put;

    public EpochTests() => _put = _partition.Submit(OperationKind.Put);

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

    [Fact]
    public void Answer_WithANewerConfig_BringsIt()
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

        Assert.Equal(2, _partition.State.Config!.Epoch);
        Assert.False(_partition.State.HoldsBallot);
    }
}
