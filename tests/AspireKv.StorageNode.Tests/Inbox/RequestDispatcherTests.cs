using AspireKv.Cluster.Coordination.Tasks;
using AspireKv.Cluster.Messages;
using AspireKv.Cluster.Operations;
using AspireKv.Cluster.Topology;
using AspireKv.Cluster.Versioning;
using AspireKv.StorageNode.Coordination;
using AspireKv.StorageNode.Inbox;
using AspireKv.StorageNode.Tests.World;
using AspireKv.Transport.Contracts;

namespace AspireKv.StorageNode.Tests.Inbox;

/// <summary>What comes in from streams, and where it goes.</summary>
public sealed class RequestDispatcherTests : IAsyncDisposable
{
    private static readonly NodeId Third = new(3);

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
    public void Operation_WithAValueAsLongAsFounded_IsCarriedOutAndALongerOneIsRefusedForItsSize()
    {
        _node.TakePart(maxValueBytes: 10);

        Dispatcher().OnOperation(_peer, 1, Some.Request(Some.Put with { Value = new byte[10] }));
        Dispatcher().OnOperation(_peer, 2, Some.Request(Some.Put with { Value = new byte[11] }));

        // The one that is refused is answered at once, the other once it is durable.
        var results = new[] { _peer.TakeResult(), _peer.TakeResult() };
        Assert.Single(results, result => result.Outcome == OperationOutcome.Applied);
        Assert.Single(results, result => result.Reason == NotAppliedReason.ValueTooLarge);
    }

    /// <summary>Whoever holds the credential may connect and ask; nothing is done for a node before it is a member.</summary>
    [Fact]
    public void Operation_OfANodeThatIsNoMember_IsNotReady()
    {
        var stranger = new FakeConnection(node: 9);
        _node.TakePart();

        Dispatcher().OnOperation(stranger, 1, Some.Request(Some.Put));

        Assert.Equal(NotAppliedReason.NotReady, stranger.TakeResult().Reason);
    }

    [Fact]
    public void Operation_OfAGatewayOnTheSystemPartition_IsInvalid()
    {
        var gateway = new FakeConnection(PeerRole.Gateway);
        _node.TakePart();

        Dispatcher().OnOperation(gateway, 1, Some.Request(Some.Get) with { IsOfSystem = true });

        Assert.Equal(NotAppliedReason.Invalid, gateway.TakeResult().Reason);
    }

    [Fact]
    public void Operation_OfANodeOnTheSystemPartition_GoesToThatPartition()
    {
        _node.TakePart();

        Dispatcher().OnOperation(_peer, 1, Some.Request(Some.Get) with { IsOfSystem = true });

        Assert.Equal(1, _node.Peers.TakeSent().Request.Partition);
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

    /// <summary>The sender does not reach the third node; this one does.</summary>
    [Fact]
    public void Operation_ForANodeThatTheSenderDoesNotReach_IsHandedToItOnceAndTheAnswerBack()
    {
        _node.TakePart(replicas: 3);
        _node.Peers.Alive.Add(Third);
        var answer = new OperationResult { Outcome = OperationOutcome.Applied, Revision = new Stamp(Some.Prepare().Ballot, 1) };
        _node.Peers.Replies.Enqueue(new OperationReply(Delivery.Answered, answer));

        Dispatcher().OnOperation(_peer, 1, Some.Request(Some.Put) with { RelayTo = Third, HopCount = 2 });

        Assert.Equal(answer, _peer.TakeResult());
        var (to, handed) = Assert.Single(_node.Peers.Forwarded);
        Assert.Equal((Third, Third, 2), (to, handed.RelayTo, handed.HopCount));
    }

    [Fact]
    public void Operation_ForThisNodeByWayOfAnother_IsCarriedOut()
    {
        _node.TakePart();

        Dispatcher().OnOperation(_peer, 1, Some.Request(Some.Put) with { RelayTo = _node.Self.Id });

        Assert.Equal(OperationOutcome.Applied, _peer.TakeResult().Outcome);
    }

    /// <summary>What is sent to a silent node may never be answered, and the sender could do something else with it.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Operation_ForANodeThatThisOneHearsNothingOf_IsNotHandedOn(bool isSuspect)
    {
        _node.TakePart(replicas: 3);
        if (isSuspect)
        {
            _node.Peers.Alive.Add(Third);
            _node.Peers.Suspect.Add(Third);
        }

        Dispatcher().OnOperation(_peer, 1, Some.Request(Some.Put) with { RelayTo = Third });

        Assert.Equal(NotAppliedReason.NotReached, _peer.TakeResult().Reason);
        Assert.Empty(_node.Peers.Forwarded);
    }

    [Theory]
    [InlineData(Delivery.NotSent, NotAppliedReason.NoQuorum, NotAppliedReason.NotReached)]
    [InlineData(Delivery.NotSent, NotAppliedReason.Overloaded, NotAppliedReason.Overloaded)]
    [InlineData(Delivery.Answered, NotAppliedReason.NoQuorum, NotAppliedReason.NoQuorum)]
    public void Operation_ThatCouldNotBeHandedOn_SaysSoToTheSender(Delivery delivery, NotAppliedReason reason, NotAppliedReason told)
    {
        _node.TakePart(replicas: 3);
        _node.Peers.Alive.Add(Third);
        _node.Peers.Replies.Enqueue(new OperationReply(delivery, OperationResult.NotApplied(reason)));

        Dispatcher().OnOperation(_peer, 1, Some.Request(Some.Put) with { RelayTo = Third });

        Assert.Equal(told, _peer.TakeResult().Reason);
    }

    /// <summary>Each that is handed on counts while it is, and no longer.</summary>
    [Fact]
    public void Operation_HandedOnOneAfterTheOther_IsNeverPastTheBound()
    {
        _node.TakePart(replicas: 3);
        _node.Peers.Alive.Add(Third);
        var dispatcher = Dispatcher(new CoordinationOptions { MaxPendingOperations = 1 });
        for (var time = 0; time < 3; time++)
        {
            _node.Peers.Replies.Enqueue(new OperationReply(Delivery.Answered, new OperationResult { Outcome = OperationOutcome.NotFound }));

            dispatcher.OnOperation(_peer, 1, Some.Request(Some.Get) with { RelayTo = Third });

            Assert.Equal(OperationOutcome.NotFound, _peer.TakeResult().Outcome);
        }
    }

    [Fact]
    public void PeerRequest_OfAPartitionThatIsNot_IsLeftUnanswered()
    {
        var dispatcher = Dispatcher();
        dispatcher.OnPeerRequest(_peer, Some.Prepare(), default);
        _node.TakePart(replicas: 3);
        dispatcher.OnPeerRequest(_peer, Some.Prepare(partition: 2), default);
        dispatcher.OnPeerRequest(_peer, Some.Prepare(partition: -1), default);

        for (var time = 0; time < 3; time++)
        {
            var unanswered = _peer.TakeResponse();
            Assert.Equal((PeerResponseKind.Unanswered, Some.Prepare().Id), (unanswered.Kind, unanswered.Id));
        }

        dispatcher.OnPeerRequest(_peer, Some.Prepare(), default);

        var answer = _peer.TakeResponse();
        Assert.Equal((0, PeerResponseKind.Promised), (answer.Partition, answer.Kind));
    }

    [Fact]
    public void PeerRequest_OfAProcessThatIsNotLetIn_IsLeftUnanswered()
    {
        var dispatcher = Dispatcher();
        _node.TakePart(replicas: 3);
        _node.Lives.LetsIn = false;
        dispatcher.OnPeerRequest(_peer, Some.Prepare(), default);
        Assert.Equal(PeerResponseKind.Unanswered, _peer.TakeResponse().Kind);
        _node.Lives.LetsIn = true;
        dispatcher.OnPeerRequest(_peer, Some.Prepare(), default);

        // Had the first been taken, the second would be rejected.
        Assert.Equal(PeerResponseKind.Promised, _peer.TakeResponse().Kind);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void PeerResponse_OfAProcess_ShowsHowFarItCameIfItIsLetIn(bool letsIn)
    {
        var dispatcher = new ResponseDispatcher(_node.Hosted, _node.Peers, _node.Lives);
        _node.TakePart();
        _node.Lives.LetsIn = letsIn;

        dispatcher.OnPeerResponse(_peer.Identity.Node, new PeerResponse
        {
            Kind = PeerResponseKind.Accepted,
            Partition = 0,
            Id = new RequestId(7, 1),
            Ballot = Some.Prepare().Ballot,
            Epoch = 1,
            Position = 42,
        });

        (NodeId, long)[] expected = letsIn ? [(_peer.Identity.Node, 42)] : [];
        Assert.Equal(expected, _node.Lives.Seen);
    }

    /// <summary>The message is not on its way any more, and nobody else would have it sent again.</summary>
    [Fact]
    public void PeerResponse_OfAProcessThatIsNotLetIn_CountsForNothingAndHasTheMessageSentAgain()
    {
        var dispatcher = new ResponseDispatcher(_node.Hosted, _node.Peers, _node.Lives);
        _node.TakePart(replicas: 3);
        _node.DeleteAsHolder();
        var owner = new TestOwner();
        var put = new PendingOperation(Some.Put, owner: owner);
        _node.Partition.Submit(put);
        var accept = _node.TakeAccept();

        _node.Lives.LetsIn = false;
        dispatcher.OnPeerResponse(new NodeId(2), Some.Answer(accept, PeerResponseKind.Accepted));
        _node.Lives.LetsIn = true;
        Assert.False(owner.HasResult);
        _node.Partition.Resend(put);

        Assert.Equal(accept.Id, _node.TakeAccept().Id);
        dispatcher.OnPeerResponse(new NodeId(2), Some.Answer(accept, PeerResponseKind.Accepted));
        Assert.Equal(OperationOutcome.Applied, owner.TakeResult().Outcome);
    }

    [Fact]
    public void PeerResponse_OfAPartitionThatIsNot_IsLost()
    {
        var dispatcher = new ResponseDispatcher(_node.Hosted, _node.Peers, _node.Lives);
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

    /// <summary>No gateway asks here, so no token is looked at.</summary>
    private RequestDispatcher Dispatcher(CoordinationOptions? options = null) =>
        new(_node.Hosted, _node.CreateRunner(options), null!, _node.Lives, _node.Topology, _node.Self, null!);
}
