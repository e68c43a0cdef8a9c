using System.Diagnostics.Metrics;
using AspireKv.Cluster.Operations;
using AspireKv.Cluster.Topology;
using AspireKv.StorageNode.Coordination;
using AspireKv.StorageNode.Tests.World;
using AspireKv.Transport.Contracts;

namespace AspireKv.StorageNode.Tests.Coordination;

/// <summary>Operations that another node is to carry out: what their replies are taken for.</summary>
public sealed class OperationRunnerTests : IAsyncDisposable
{
    private static readonly OperationResult Applied = new() { Outcome = OperationOutcome.Applied };

    private readonly TestNode _node = new TestNode().TakePart(replicas: 3);
    private readonly FakeConnection _client = new(PeerRole.Gateway);

    public OperationRunnerTests()
    {
        // Node 2 holds the ballot, and lives.
        _node.Peers.Alive.Add(new NodeId(2));
        _node.Partition.OnRequest(new FakeConnection(node: 2), Some.Prepare(), default);
    }

    [Fact]
    public void Forward_Answered_IsTheAnswer()
    {
        Run(Some.Put, new OperationReply(Delivery.Answered, Applied));

        Assert.Equal(OperationOutcome.Applied, _client.TakeResult().Outcome);
        Assert.Equal((2, 1), (_node.Peers.Forwarded[0].To.Value, _node.Peers.Forwarded[0].Request.HopCount));
    }

    [Fact]
    public void Forward_NotSent_IsRoutedAgain()
    {
        Run(
            Some.Put,
            new OperationReply(Delivery.NotSent, OperationResult.NotApplied(NotAppliedReason.NoQuorum)),
            new OperationReply(Delivery.Answered, Applied));

        Assert.Equal(OperationOutcome.Applied, _client.TakeResult().Outcome);
        Assert.Equal(2, _node.Peers.Forwarded[1].Request.HopCount);
    }

    [Fact]
    public void Forward_ToACoordinatorThatHasTooMuchToDo_EndsAsOverloaded()
    {
        Run(Some.Put, new OperationReply(Delivery.NotSent, OperationResult.NotApplied(NotAppliedReason.Overloaded)));

        Assert.Equal(NotAppliedReason.Overloaded, _client.TakeResult().Reason);
    }

    /// <summary>The time that the sender allows, less what its answer takes, is what a write has to reach the others.</summary>
    [Theory]
    [InlineData(400, true)]
    [InlineData(1_500, false)]
    public async Task Write_ThatWouldNotReachTheOthersInItsTime_IsRefused(int timeout, bool isRefused)
    {
        await using var node = new TestNode().TakePart(replicas: 3);
        var overloads = 0L;
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (ReferenceEquals(instrument.Meter.Scope, node.Meters) && instrument.Name == "aspirekv.overloads")
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>((_, value, _, _) => Interlocked.Add(ref overloads, value));
        listener.Start();
        node.DeleteAsHolder();
        node.Peers.Backlog = TimeSpan.FromMilliseconds(300);

        node.CreateRunner().Start(
            _client,
            correlation: 1,
            new OperationRequest { Operation = Some.Put, Timeout = TimeSpan.FromMilliseconds(timeout) },
            node.Partition);

        if (isRefused)
        {
            Assert.Equal(NotAppliedReason.Overloaded, _client.TakeResult().Reason);
            Assert.Equal(1, overloads);
        }
        else
        {
            Assert.Equal(Some.Put.Key, node.TakeAccept().Key);
        }
    }

    /// <summary>By that the connection tells whether a value would still find anybody who waits for it.</summary>
    [Fact]
    public void Answer_ToASenderWhoWaitsForAMinute_SaysWhatIsLeftOfIt()
    {
        Run(Some.Put, new OperationReply(Delivery.Answered, Applied));

        _client.TakeResult();
        Assert.InRange(_client.Within!.Value, TimeSpan.FromTicks(1), Some.Request(Some.Put).Timeout - TimeSpan.FromTicks(1));
    }

    [Fact]
    public void Forward_LostOnTheWay_IsAskedAgainForAReadOnly()
    {
        var lost = new OperationReply(Delivery.Unknown, OperationResult.Unknown);

        Run(Some.Put, lost);
        Assert.Equal(OperationOutcome.Unknown, _client.TakeResult().Outcome);

        Run(Some.Get, lost, new OperationReply(Delivery.Answered, new OperationResult { Outcome = OperationOutcome.NotFound }));
        Assert.Equal(OperationOutcome.NotFound, _client.TakeResult().Outcome);
    }

    [Fact]
    public void Forward_ThatFailsByAnErrorOfTheProgram_IsUnknownAndGivesItsPlaceBack()
    {
        var runner = _node.CreateRunner(new CoordinationOptions { MaxPendingOperations = 1 });

        // There is no reply to take.
        runner.Start(_client, correlation: 1, Some.Request(Some.Put), _node.Partition);
        Assert.Equal(OperationOutcome.Unknown, _client.TakeResult().Outcome);

        _node.Peers.Replies.Enqueue(new OperationReply(Delivery.Answered, Applied));
        runner.Start(_client, correlation: 2, Some.Request(Some.Put), _node.Partition);
        Assert.Equal(OperationOutcome.Applied, _client.TakeResult().Outcome);
    }

    public ValueTask DisposeAsync() => _node.DisposeAsync();

    private void Run(ClientOperation operation, params OperationReply[] replies)
    {
        foreach (var reply in replies)
        {
            _node.Peers.Replies.Enqueue(reply);
        }

        _node.CreateRunner().Start(_client, correlation: 1, Some.Request(operation), _node.Partition);
    }
}
