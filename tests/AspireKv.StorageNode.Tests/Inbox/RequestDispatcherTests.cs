using AspireKv.Cluster.Messages;
using AspireKv.Cluster.Operations;
using AspireKv.StorageNode.Inbox;
using AspireKv.StorageNode.Partitions;
using AspireKv.StorageNode.Tests.World;
using Microsoft.Extensions.Options;

namespace AspireKv.StorageNode.Tests.Inbox;

/// <summary>What comes in from streams, and where it goes.</summary>
public sealed class RequestDispatcherTests : IAsyncDisposable
{
    private readonly TestNode _node = new();
    private readonly FakeConnection _peer = new();

    [Fact]
    public void Operation_BeforeTheNodeTakesPart_IsNotReady()
    {
        Dispatcher().OnOperation(_peer, 1, Some.Request(Some.Put));

        Assert.Equal(NotAppliedReason.NotReady, _peer.TakeResult().Reason);
    }

    [Fact]
    public void Operation_ThatIsMalformed_IsInvalid()
    {
        _node.TakePart();

        Dispatcher().OnOperation(_peer, 1, Some.Request(Some.Get with { Value = new byte[1] }));

        Assert.Equal(NotAppliedReason.Invalid, _peer.TakeResult().Reason);
    }

    [Fact]
    public void Operation_OfANode_IsCarriedOutWithoutAToken()
    {
        _node.TakePart();

        Dispatcher().OnOperation(_peer, 1, Some.Request(Some.Put));

        Assert.Equal(OperationOutcome.Applied, _peer.TakeResult().Outcome);
    }

    [Fact]
    public void Operation_PastTheBound_IsOverloaded()
    {
        _node.TakePart(replicas: 3);
        var dispatcher = Dispatcher(new CoordinationOptions { MaxPendingOperations = 1 });
        dispatcher.OnOperation(_peer, 1, Some.Request(Some.Put));

        dispatcher.OnOperation(_peer, 2, Some.Request(Some.Put));

        Assert.Equal(NotAppliedReason.Overloaded, _peer.TakeResult().Reason);
    }

    [Fact]
    public void PeerRequest_OfAPartitionThatIsNot_IsLost()
    {
        var dispatcher = Dispatcher();
        dispatcher.OnPeerRequest(_peer, Some.Prepare(), default);
        _node.TakePart(replicas: 3);
        dispatcher.OnPeerRequest(_peer, Some.Prepare(partition: 1), default);
        dispatcher.OnPeerRequest(_peer, Some.Prepare(partition: -1), default);

        dispatcher.OnPeerRequest(_peer, Some.Prepare(), default);

        var answer = _peer.TakeResponse();
        Assert.Equal((0, PeerResponseKind.Promised), (answer.Partition, answer.Kind));
    }

    [Fact]
    public void PeerResponse_OfAPartitionThatIsNot_IsLost()
    {
        var dispatcher = new ResponseDispatcher(_node.Hosted);
        var response = new PeerResponse
        {
            Kind = PeerResponseKind.Promised,
            Partition = 3,
            Id = new RequestId(7, 1),
            Ballot = Some.Prepare().Ballot,
            Epoch = 1,
        };

        dispatcher.OnPeerResponse(_peer.Identity.Node, response);
        _node.TakePart();
        dispatcher.OnPeerResponse(_peer.Identity.Node, response);

        Assert.False(_node.Partition.GetStatus().HoldsBallot);
    }

    public ValueTask DisposeAsync() => _node.DisposeAsync();

    private RequestDispatcher Dispatcher(CoordinationOptions? options = null)
    {
        var coordination = options ?? new CoordinationOptions();

        // No gateway asks here, so no token is looked at.
        return new RequestDispatcher(
            _node.Hosted, _node.CreateRunner(coordination), new OperationChecks(Options.Create(coordination)), null!);
    }
}
