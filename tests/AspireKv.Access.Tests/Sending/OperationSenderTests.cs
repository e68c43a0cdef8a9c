using AspireKv.Access.Knowledge;
using AspireKv.Access.Nodes;
using AspireKv.Access.Sending;
using AspireKv.Access.Tests.Fakes;
using AspireKv.Cluster.Keys;
using AspireKv.Cluster.Operations;
using AspireKv.Cluster.Topology;
using AspireKv.Transport.Contracts;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace AspireKv.Access.Tests.Sending;

public sealed class OperationSenderTests : IDisposable
{
    private static readonly OperationReply NotSent = new(Delivery.NotSent, OperationResult.NotApplied(NotAppliedReason.NoQuorum));
    private static readonly OperationReply Lost = new(Delivery.Unknown, OperationResult.Unknown);

    private readonly FakeCluster _cluster = new FakeCluster().Known();
    private readonly FakeTimeProvider _time = new();
    private readonly AccessOptions _options = new();
    private readonly ClusterMonitor _monitor;
    private readonly OperationSender _sender;

    public OperationSenderTests()
    {
        var options = Options.Create(_options);
        _monitor = new ClusterMonitor(
            _cluster.Nodes, new NodeSurvey(_cluster.Nodes, _time), _cluster.Knowledge, options, _time, NullLogger<ClusterMonitor>.Instance);
        _sender = new OperationSender(_cluster.Knowledge, _monitor, options, _time);
    }

    public void Dispose() => _monitor.Dispose();

    [Fact]
    public async Task Send_FirstNodeAnswers_AsksNoOther()
    {
        var call = Call(OperationKind.Put);

        Assert.Equal(OperationOutcome.Applied, (await SendAsync(call)).Outcome);

        Assert.Equal([1, 0, 0], Arrivals());
        Assert.True(call.IsSent);
        Assert.Equal(0, call.Repeats);
    }

    [Theory]
    [InlineData(OperationKind.Put)]
    [InlineData(OperationKind.Delete)]
    public async Task Send_ChangeThatWasNotSent_GoesToAnother(OperationKind kind)
    {
        Answers(FakeCluster.One, NotSent);
        var call = Call(kind);

        Assert.Equal(OperationOutcome.Applied, (await SendAsync(call)).Outcome);

        Assert.Equal([1, 1, 0], Arrivals());
        Assert.Equal(1, call.Repeats);
        Assert.True(call.IsSent);
    }

    [Theory]
    [InlineData(OperationKind.Put, Delivery.Unknown)]
    [InlineData(OperationKind.Put, Delivery.Answered)]
    [InlineData(OperationKind.Delete, Delivery.Unknown)]
    [InlineData(OperationKind.Delete, Delivery.Answered)]
    public async Task Send_ChangeOfUnknownOutcome_IsNeverRepeated(OperationKind kind, Delivery delivery)
    {
        Answers(FakeCluster.One, new OperationReply(delivery, OperationResult.Unknown));
        var call = Call(kind);

        Assert.Equal(OperationOutcome.Unknown, (await SendAsync(call)).Outcome);

        Assert.Equal([1, 0, 0], Arrivals());
        Assert.True(call.IsSent);
    }

    [Fact]
    public async Task Send_ReadThatGotNoAnswer_IsRepeatedOnEachNodeOnce()
    {
        AnswersEverywhere(Lost);

        Assert.Equal(OperationOutcome.Unknown, (await SendAsync(Call(OperationKind.Get))).Outcome);

        Assert.Equal([1, 1, 1], Arrivals());
    }

    [Fact]
    public async Task Send_NobodyTookTheChange_SaysThatNoNodeHasSeenIt()
    {
        AnswersEverywhere(NotSent);
        var call = Call(OperationKind.Put);

        Assert.Equal(OperationOutcome.NotApplied, (await SendAsync(call)).Outcome);

        Assert.Equal([1, 1, 1], Arrivals());
        Assert.False(call.IsSent);
        Assert.Equal(2, call.Repeats);
    }

    [Theory]
    [InlineData(NotAppliedReason.Overloaded, 1)]
    [InlineData(NotAppliedReason.Invalid, 1)]
    [InlineData(NotAppliedReason.NotReady, 3)]
    [InlineData(NotAppliedReason.Unauthorized, 3)]
    [InlineData(NotAppliedReason.NoQuorum, 3)]
    public async Task Send_NotApplied_IsAskedElsewhereUnlessThatHelpsNobody(NotAppliedReason reason, int asked)
    {
        AnswersEverywhere(Answer(OperationResult.NotApplied(reason)));

        Assert.Equal(reason, (await SendAsync(Call(OperationKind.Put))).Reason);

        Assert.Equal(asked, Arrivals().Sum());
    }

    [Fact]
    public async Task Send_AnswerNamesTheHolder_IsRemembered()
    {
        Answers(FakeCluster.One, Answer(new OperationResult { Outcome = OperationOutcome.Applied, Holder = FakeCluster.Three }));

        await SendAsync(Call(OperationKind.Put));

        Assert.Equal(FakeCluster.Three, _cluster.Knowledge.HolderOf(0));
    }

    [Fact]
    public async Task Send_LittleTimeLeft_AsksNoFurtherNode()
    {
        Answers(FakeCluster.One, NotSent);
        var call = Call(OperationKind.Put);
        _time.Advance(_options.OperationTimeout - TimeSpan.FromMilliseconds(200));

        Assert.Equal(OperationOutcome.NotApplied, (await SendAsync(call)).Outcome);

        Assert.Equal([1, 0, 0], Arrivals());
        Assert.Equal(TimeSpan.FromMilliseconds(200), _cluster.Link(FakeCluster.One).Arrivals[0].Timeout);
    }

    [Fact]
    public async Task Send_TimeIsOver_GivesTheNodeNone()
    {
        var call = Call(OperationKind.Get);
        _time.Advance(2 * _options.OperationTimeout);

        await SendAsync(call);

        Assert.Equal(TimeSpan.Zero, _cluster.Link(FakeCluster.One).Arrivals[0].Timeout);
    }

    [Fact]
    public async Task Send_Read_LeavesTimeForAnotherNodeWhereThereIsOne()
    {
        await SendAsync(Call(OperationKind.Get));
        await _cluster.Nodes.ChangeAsync(new Dictionary<NodeId, (string Name, string Hint)> { [FakeCluster.One] = ("node1", "") });
        await SendAsync(Call(OperationKind.Get));
        await SendAsync(Call(OperationKind.Put));

        Assert.Equal(
            [_options.ReadAttemptTimeout, _options.OperationTimeout, _options.OperationTimeout],
            _cluster.Link(FakeCluster.One).Arrivals.Select(arrival => arrival.Timeout));
    }

    [Fact]
    public async Task Send_Cancelled_EndsTheWaitAndLeavesTheOutcomeOpen()
    {
        using var gone = new CancellationTokenSource();
        var link = _cluster.Link(FakeCluster.One);
        link.Answer = static async (_, cancellationToken) =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
            return Lost;
        };
        var call = Call(OperationKind.Put);
        var sending = _sender.SendAsync(call, link, gone.Token).AsTask();

        await gone.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending);
        Assert.True(call.IsSent);
        Assert.Equal([1, 0, 0], Arrivals());
    }

    [Fact]
    public async Task Send_CarriesTheTokenAndTheOperation()
    {
        var call = Call(OperationKind.Delete);

        await SendAsync(call);

        var request = Assert.Single(_cluster.Link(FakeCluster.One).Arrivals);
        Assert.Same(call.Operation, request.Operation);
        Assert.Equal("token"u8.ToArray(), request.AccessToken.ToArray());
        Assert.Equal(0, request.HopCount);
    }

    private ValueTask<OperationResult> SendAsync(OperationCall call) =>
        _sender.SendAsync(call, _cluster.Link(FakeCluster.One), CancellationToken.None);

    private OperationCall Call(OperationKind kind) => new()
    {
        Operation = new ClientOperation { Kind = kind, Key = StoreKey.Create("ns", "k"u8) },
        AccessToken = "token"u8.ToArray(),
        Partition = 0,
        Started = _time.GetTimestamp(),
    };

    private void Answers(NodeId node, OperationReply reply) => _cluster.Link(node).Answer = (_, _) => Task.FromResult(reply);

    private void AnswersEverywhere(OperationReply reply)
    {
        foreach (var link in _cluster.Opened)
        {
            Answers(link.Id, reply);
        }
    }

    private IEnumerable<int> Arrivals() => _cluster.Opened.Select(link => link.Arrivals.Count);

    private static OperationReply Answer(OperationResult result) => new(Delivery.Answered, result);
}
