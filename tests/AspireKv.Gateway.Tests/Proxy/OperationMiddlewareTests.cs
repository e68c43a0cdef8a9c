using System.Net;
using AspireKv.Cluster.Operations;
using AspireKv.Gateway.Proxy;
using AspireKv.Gateway.Tests.Hosting;
using AspireKv.Transport.Contracts;
using Microsoft.Extensions.DependencyInjection;
using Yarp.ReverseProxy;
using Yarp.ReverseProxy.Configuration;

namespace AspireKv.Gateway.Tests.Proxy;

/// <summary>
/// The step that ends the proxy's pipeline for data: what it makes of the proxy's choice, and of whatever happens to the operation.
/// </summary>
public sealed class OperationMiddlewareTests(GatewayFixture fixture) : IClassFixture<GatewayFixture>
{
    private static readonly HttpMethod[] Methods = [HttpMethod.Get, HttpMethod.Head, HttpMethod.Put, HttpMethod.Delete];

    [Fact]
    public async Task Operation_OfEveryMethod_GoesToTheChosenNodeAndToNoOther()
    {
        var gateway = fixture.Fresh();
        var chosen = gateway.ReplicasOf("ns", "k")[0];
        foreach (var method in Methods)
        {
            await gateway.Client.SendAsync(Request(method));
        }

        Assert.Equal(
            [OperationKind.Get, OperationKind.Get, OperationKind.Put, OperationKind.Delete],
            chosen.Arrivals.Select(arrival => arrival.Operation.Kind));
        Assert.Equal(Methods.Length, gateway.Nodes.Sum(node => node.Arrivals.Count));
    }

    /// <summary>The destinations are the proxy's: a node that it does not offer is not asked, however alive its stream is.</summary>
    [Fact]
    public async Task Operation_WithTheFirstNodeNotOfferedByTheProxy_GoesToOneThatIs()
    {
        await using var gateway = await TestGateway.StartAsync(isFounded: false);
        gateway.Services.GetRequiredService<InMemoryConfigProvider>().Update(ProxyConfig.Routes, ProxyConfig.Clusters([gateway.Nodes[2]]));
        await Eventually.TrueAsync(() => AvailableNodes(gateway) is ["node3"], "the proxy offers one node");

        Assert.Equal(404, (int)(await gateway.Client.GetAsync("/v1/kv/ns/k")).StatusCode);

        Assert.Single(gateway.Nodes[2].Arrivals);
        Assert.Equal(1, gateway.Nodes.Sum(node => node.Arrivals.Count));
    }

    [Fact]
    public async Task Operation_WithNoDestination_IsA503AndReachesNoNode()
    {
        await using var gateway = await TestGateway.StartAsync(isFounded: false);
        gateway.Services.GetRequiredService<InMemoryConfigProvider>().Update(ProxyConfig.Routes, ProxyConfig.Clusters([]));
        await Eventually.TrueAsync(() => AvailableNodes(gateway).Length == 0, "the proxy offers no node");

        await Problem.AssertAsync(await gateway.Client.SendAsync(Request(HttpMethod.Put)), 503, "not_ready", "not-applied");
        await Problem.AssertAsync(await gateway.Client.SendAsync(Request(HttpMethod.Delete)), 503, "not_ready", "not-applied");
        await Problem.AssertAsync(await gateway.Client.SendAsync(Request(HttpMethod.Get)), 503, "read_timeout", outcome: null);
        var head = await gateway.Client.SendAsync(Request(HttpMethod.Head));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, head.StatusCode);
        Assert.Empty(await head.Content.ReadAsByteArrayAsync());
        Assert.All(gateway.Nodes, node => Assert.Empty(node.Arrivals));
    }

    [Fact]
    public async Task Operation_AtANodeThatFails_IsTakenByAnother()
    {
        var gateway = fixture.Fresh();
        var replicas = gateway.ReplicasOf("ns", "k");
        replicas[0].Behaviour = _ => new OperationReply(Delivery.NotSent, OperationResult.NotApplied(NotAppliedReason.NoQuorum));

        Assert.Equal(HttpStatusCode.NoContent, (await gateway.Client.SendAsync(Request(HttpMethod.Put))).StatusCode);

        Assert.Single(replicas[0].Arrivals);
        Assert.Single(replicas[1].Arrivals);
    }

    [Fact]
    public async Task Read_ThatFailsInTheGateway_IsA503ThatMayBeRepeated()
    {
        var gateway = fixture.Fresh();
        foreach (var node in gateway.Nodes)
        {
            node.Behaviour = _ => throw new InvalidOperationException("secret detail");
        }

        var answer = await gateway.Client.SendAsync(Request(HttpMethod.Get));

        await Problem.AssertAsync(answer, 503, "read_timeout", outcome: null);
        Assert.DoesNotContain("secret", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET", "get")]
    [InlineData("PUT", "put")]
    public async Task Operation_OfAClientThatWentAway_IsAbandonedAndNotRepeated(string method, string kind)
    {
        await using var gateway = await TestGateway.StartAsync();
        var never = new TaskCompletionSource();
        foreach (var node in gateway.Nodes)
        {
            node.Hold = never.Task;
        }

        using (var connection = gateway.Connect())
        {
            await connection.SendAsync(
                $"{method} /v1/kv/ns/k HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {gateway.Token}\r\nContent-Length: 1\r\n\r\n",
                [1]);
            await Eventually.TrueAsync(() => gateway.Nodes.Sum(node => node.Arrivals.Count) == 1, "the operation arrived");
        }

        var counted = $"kind=\"{kind}\",outcome=\"abandoned\"";
        await Eventually.TrueAsync(
            async () => (await gateway.Client.GetStringAsync("/metrics")).Contains(counted, StringComparison.Ordinal),
            "the operation counts as abandoned");
        Assert.Equal(1, gateway.Nodes.Sum(node => node.Arrivals.Count));
        Assert.Equal(200, (int)(await gateway.Client.GetAsync("/alive")).StatusCode);
    }

    private static string[] AvailableNodes(TestGateway gateway) =>
        gateway.Services.GetRequiredService<IProxyStateLookup>().TryGetCluster(ProxyConfig.StorageCluster, out var cluster)
            ? [.. cluster.DestinationsState.AvailableDestinations.Select(destination => destination.DestinationId)]
            : [];

    private static HttpRequestMessage Request(HttpMethod method) => new(method, "/v1/kv/ns/k")
    {
        Content = method == HttpMethod.Put ? new ByteArrayContent([1]) : null,
    };
}
