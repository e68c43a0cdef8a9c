using AspireKv.Cluster.Messages;
using AspireKv.Cluster.Operations;
using AspireKv.Cluster.Topology;
using AspireKv.StorageNode.Coordination;
using AspireKv.StorageNode.Partitions;
using AspireKv.StorageNode.Tests.World;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Polly.Registry;

namespace AspireKv.StorageNode.Tests.Coordination;

/// <summary>Operations that nobody answers: sent again, and ended when their time is up.</summary>
public sealed class OverdueOperationsTests : IAsyncDisposable
{
    private readonly TestNode _node = new TestNode().TakePart(replicas: 3);
    private readonly FakeConnection _client = new();
    private readonly IOptions<CoordinationOptions> _options = Options.Create(new CoordinationOptions
    {
        ResendAfter = TimeSpan.FromMilliseconds(50),
        MaxResendDelay = TimeSpan.FromMilliseconds(50),
        OperationTimeout = TimeSpan.FromMilliseconds(700),
    });

    private readonly IOptions<PartitionOptions> _partitions =
        Options.Create(new PartitionOptions { TickInterval = TimeSpan.FromMilliseconds(10) });

    private readonly ResiliencePipelineRegistry<string> _pipelines = new();
    private readonly OverdueOperations _overdue;
    private readonly OperationRunner _runner;

    public OverdueOperationsTests()
    {
        _pipelines.TryAddBuilder<bool>(
            OverdueOperations.PipelineName, (builder, _) => OverdueOperations.Configure(builder, _options.Value));
        _overdue = new OverdueOperations(
            _pipelines, TimeProvider.System, _options, _partitions, NullLogger<OverdueOperations>.Instance);
        _runner = _node.CreateRunner(_overdue, _options);
    }

    [Fact]
    public async Task Operation_WithoutAnAnswer_IsSentAgainAsItWasOnANewConnection()
    {
        // However busy the machine is, the operation's time is not up before it is looked after.
        var runner = _node.CreateRunner(_overdue, Options.Create(new CoordinationOptions { OperationTimeout = Patience.Limit }));
        await _overdue.StartAsync(default);
        _node.DeleteAsHolder();

        runner.Start(_client, correlation: 1, Some.Request(Some.Put), _node.Partition);
        var first = _node.TakeAccept();
        _node.Peers.Link = 2;
        var again = _node.TakeAccept();

        Assert.Equal(first.Id, again.Id);
        Assert.Equal(first.Entry!.Stamp, again.Entry!.Stamp);
        _node.Partition.OnResponse(new NodeId(2), Some.Answer(again, PeerResponseKind.Accepted));
        Assert.Equal(OperationOutcome.Applied, _client.TakeResult().Outcome);
        await _overdue.StopAsync(default);
    }

    /// <summary>An operation's message is looked after a dozen times meanwhile; every copy would only queue up behind the first.</summary>
    [Fact]
    public async Task Operation_OfPeersThatTakeLongToAnswer_IsSentOnceOnAConnection()
    {
        await _overdue.StartAsync(default);
        _node.DeleteAsHolder();

        _runner.Start(_client, correlation: 1, Some.Request(Some.Put), _node.Partition);

        Assert.Equal(OperationOutcome.Unknown, _client.TakeResult().Outcome);
        var sent = new List<(int To, PeerRequestKind Kind)>();
        while (_node.Peers.SentCount > 0)
        {
            var (to, request) = _node.Peers.TakeSent();
            sent.Add((to.Value, request.Kind));
        }

        // Of the delete before, node 3 had not taken its part from the queue.
        Assert.Equal(1, sent.Count(message => message is (2, PeerRequestKind.Accept)));
        Assert.Equal(2, sent.Count(message => message is (3, PeerRequestKind.Accept)));
        await _overdue.StopAsync(default);
    }

    [Fact]
    public async Task Operation_WhoseAcceptNeverLeft_IsNotApplied()
    {
        await _overdue.StartAsync(default);

        // Nobody promises the ballot.
        _runner.Start(_client, correlation: 1, Some.Request(Some.Put), _node.Partition);

        var result = _client.TakeResult();
        Assert.Equal((OperationOutcome.NotApplied, NotAppliedReason.NoQuorum), (result.Outcome, result.Reason));
        await _overdue.StopAsync(default);
    }

    /// <summary>An error of the program must not leave a request pending for ever: enough of them would refuse everything.</summary>
    [Fact]
    public async Task Operation_WhoseResendFails_EndsAsUnknownAndGivesItsPlaceBack()
    {
        var one = Options.Create(new CoordinationOptions { MaxPendingOperations = 1, ResendAfter = TimeSpan.FromMilliseconds(50) });
        using var broken = new OverdueOperations(
            new ResiliencePipelineRegistry<string>(), TimeProvider.System, one, _partitions, NullLogger<OverdueOperations>.Instance);
        var runner = _node.CreateRunner(broken, one);
        await broken.StartAsync(default);

        runner.Start(_client, correlation: 1, Some.Request(Some.Put), _node.Partition);
        Assert.Equal(OperationOutcome.Unknown, _client.TakeResult().Outcome);

        // The place is given back once the answer is on its way, so the next request may be earlier still.
        var answered = TimeProvider.System.GetTimestamp();
        NotAppliedReason reason;
        do
        {
            runner.Start(_client, correlation: 2, Some.Request(Some.Put), _node.Partition);
            reason = _client.TakeResult().Reason;
            Assert.True(TimeProvider.System.GetElapsedTime(answered) < Patience.Limit, "the place was not given back");
        }
        while (reason == NotAppliedReason.Overloaded);

        await broken.StopAsync(default);
    }

    public async ValueTask DisposeAsync()
    {
        _overdue.Dispose();
        _pipelines.Dispose();
        await _node.DisposeAsync();
    }
}
