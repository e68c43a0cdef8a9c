using AspireKv.Cluster.Operations;
using AspireKv.Cluster.Status;
using AspireKv.Gateway.Tests.Hosting;
using AspireKv.Transport.Contracts;

namespace AspireKv.Gateway.Tests.Proxy;

public sealed class OperationRoutingTests(GatewayFixture fixture) : IClassFixture<GatewayFixture>
{
    private static readonly OperationReply Lost = new(Delivery.Unknown, OperationResult.Unknown);
    private static readonly OperationReply NotSent = new(Delivery.NotSent, OperationResult.NotApplied(NotAppliedReason.NoQuorum));

    [Fact]
    public async Task Get_WithNoKnownCoordinator_GoesToTheFirstReplica()
    {
        var gateway = fixture.Fresh();
        foreach (var key in Enumerable.Range(0, 50).Select(i => $"key{i}"))
        {
            var preferred = gateway.ReplicasOf("ns", key)[0];
            var before = preferred.Arrivals.Count;
            await gateway.Client.GetAsync($"/v1/kv/ns/{key}");
            Assert.Equal(before + 1, preferred.Arrivals.Count);
        }

        Assert.Equal(50, gateway.Nodes.Sum(node => node.Arrivals.Count));
        Assert.All(gateway.Nodes, node => Assert.NotEmpty(node.Arrivals));
    }

    [Fact]
    public async Task Get_AfterAnAnswerNamedTheCoordinator_GoesThere()
    {
        await using var gateway = await TestGateway.StartAsync();
        var replicas = gateway.ReplicasOf("ns", "k");
        replicas[0].Holder = replicas[2].Id;
        await gateway.Client.GetAsync("/v1/kv/ns/k");
        await gateway.Client.PutAsync("/v1/kv/ns/k", new ByteArrayContent([1]));
        Assert.Single(replicas[0].Arrivals);
        Assert.Single(replicas[2].Arrivals);

        // The holder is dead: the first live one of the preference list again.
        replicas[2].Liveness = NodeLiveness.Suspect;
        await gateway.Client.GetAsync("/v1/kv/ns/k");
        Assert.Equal(2, replicas[0].Arrivals.Count);
    }

    [Fact]
    public async Task Get_PreferredNodeDead_GoesToTheNext()
    {
        await using var gateway = await TestGateway.StartAsync();
        var replicas = gateway.ReplicasOf("ns", "k");
        replicas[0].Liveness = NodeLiveness.Dead;
        Assert.Equal(404, (int)(await gateway.Client.GetAsync("/v1/kv/ns/k")).StatusCode);
        Assert.Empty(replicas[0].Arrivals);
        Assert.Single(replicas[1].Arrivals);
    }

    [Theory]
    [InlineData(Delivery.Unknown)]
    [InlineData(Delivery.NotSent)]
    [InlineData(Delivery.Answered)]
    public async Task Get_ThatGotNoAnswer_IsRepeatedOnAnotherReplica(Delivery delivery)
    {
        var gateway = fixture.Fresh();
        var replicas = gateway.ReplicasOf("ns", "k");
        replicas[0].Behaviour = _ => new OperationReply(delivery, OperationResult.Unknown);
        Assert.Equal(404, (int)(await gateway.Client.GetAsync("/v1/kv/ns/k")).StatusCode);
        Assert.Single(replicas[0].Arrivals);
        Assert.Single(replicas[1].Arrivals);
        Assert.Empty(replicas[2].Arrivals);
    }

    [Fact]
    public async Task Get_ThatNobodyAnswers_AsksEachNodeOnce()
    {
        var gateway = fixture.Fresh();
        foreach (var node in gateway.Nodes)
        {
            node.Behaviour = _ => Lost;
        }

        await Problem.AssertAsync(await gateway.Client.GetAsync("/v1/kv/ns/k"), 503, "read_timeout", outcome: null);
        Assert.All(gateway.Nodes, node => Assert.Single(node.Arrivals));
    }

    /// <summary>However a change of unknown outcome comes about, exactly one node saw it, once.</summary>
    [Theory]
    [InlineData("PUT", Delivery.Unknown)]
    [InlineData("DELETE", Delivery.Unknown)]
    [InlineData("PUT", Delivery.Answered)]
    [InlineData("DELETE", Delivery.Answered)]
    public async Task Change_OfUnknownOutcome_IsNeverRepeated(string method, Delivery delivery)
    {
        var gateway = fixture.Fresh();
        foreach (var node in gateway.Nodes)
        {
            node.Behaviour = _ => new OperationReply(delivery, OperationResult.Unknown);
        }

        using var request = new HttpRequestMessage(new HttpMethod(method), "/v1/kv/ns/k");
        request.Content = method == "PUT" ? new ByteArrayContent([1]) : null;
        await Problem.AssertAsync(await gateway.Client.SendAsync(request), 504, "outcome_unknown", "unknown");
        Assert.Equal(1, gateway.Nodes.Sum(node => node.Arrivals.Count));
    }

    [Fact]
    public async Task Change_ThatWasNotSent_GoesToAnotherReplica()
    {
        var gateway = fixture.Fresh();
        var replicas = gateway.ReplicasOf("ns", "k");
        replicas[0].Behaviour = _ => NotSent;
        Assert.Equal(204, (int)(await gateway.Client.PutAsync("/v1/kv/ns/k", new ByteArrayContent([1]))).StatusCode);
        Assert.Single(replicas[1].Arrivals);
    }

    [Fact]
    public async Task Change_ThatWasNotSentAndThenLost_IsUnknownAndGoesNoFurther()
    {
        var gateway = fixture.Fresh();
        var replicas = gateway.ReplicasOf("ns", "k");
        replicas[0].Behaviour = _ => NotSent;
        replicas[1].Behaviour = _ => Lost;
        await Problem.AssertAsync(await gateway.Client.DeleteAsync("/v1/kv/ns/k"), 504, "outcome_unknown", "unknown");
        Assert.Empty(replicas[2].Arrivals);
    }

    [Fact]
    public async Task Change_AtANodeThatIsStopping_GoesToAnotherReplica()
    {
        var gateway = fixture.Fresh();
        var replicas = gateway.ReplicasOf("ns", "k");
        replicas[0].Behaviour = _ => new OperationReply(Delivery.Answered, OperationResult.NotApplied(NotAppliedReason.NotReady));
        Assert.Equal(204, (int)(await gateway.Client.DeleteAsync("/v1/kv/ns/k")).StatusCode);
    }

    [Fact]
    public async Task Change_ThatNobodyTook_WasNotApplied()
    {
        var gateway = fixture.Fresh();
        foreach (var node in gateway.Nodes)
        {
            node.Behaviour = _ => NotSent;
        }

        await Problem.AssertAsync(await gateway.Client.DeleteAsync("/v1/kv/ns/k"), 503, "no_quorum", "not-applied");
        Assert.All(gateway.Nodes, node => Assert.Single(node.Arrivals));
    }

    [Fact]
    public async Task Change_AtAnOverloadedNode_IsNotSpreadToOthers()
    {
        var gateway = fixture.Fresh();
        gateway.ReplicasOf("ns", "k")[0].Behaviour = _ =>
            new OperationReply(Delivery.NotSent, OperationResult.NotApplied(NotAppliedReason.Overloaded));
        await Problem.AssertAsync(await gateway.Client.DeleteAsync("/v1/kv/ns/k"), 503, "overloaded", "not-applied");
        Assert.Equal(1, gateway.Nodes.Sum(node => node.Arrivals.Count));
    }

    [Fact]
    public async Task Operation_CarriesTheTokenAndTheTimeLeft()
    {
        var gateway = fixture.Fresh();
        await gateway.Client.PutAsync("/v1/kv/ns/k", new ByteArrayContent([1]));
        await gateway.Client.GetAsync("/v1/kv/ns/k");
        var arrivals = gateway.ReplicasOf("ns", "k")[0].Arrivals.ToArray();
        Assert.All(arrivals, request => Assert.Equal(gateway.Token, System.Text.Encoding.ASCII.GetString(request.AccessToken.Span)));
        Assert.All(arrivals, request => Assert.Equal(0, request.HopCount));
        Assert.InRange(arrivals[0].Timeout, TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(1600));
        Assert.InRange(arrivals[1].Timeout, TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(800));
    }

    [Fact]
    public async Task Operation_BeforeTheClusterIsKnown_IsAnsweredByTheNode()
    {
        await using var gateway = await TestGateway.StartAsync(isFounded: false);
        foreach (var node in gateway.Nodes)
        {
            node.Behaviour = _ => new OperationReply(Delivery.Answered, OperationResult.NotApplied(NotAppliedReason.NotReady));
        }

        await Problem.AssertAsync(await gateway.Client.DeleteAsync("/v1/kv/ns/k"), 503, "not_ready", "not-applied");

        Assert.NotEmpty(gateway.Nodes.SelectMany(node => node.Arrivals));
    }
}
