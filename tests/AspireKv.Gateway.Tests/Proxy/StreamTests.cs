using System.Net;
using System.Net.Sockets;
using AspireKv.Cluster.Membership;
using AspireKv.Cluster.Operations;
using AspireKv.Gateway.Tests.Hosting;

namespace AspireKv.Gateway.Tests.Proxy;

/// <summary>The gateway with the transport itself: addresses from service discovery, handshake, frames, broken streams.</summary>
public sealed class StreamTests : IAsyncLifetime
{
    private readonly List<StreamNode> _nodes = [];
    private readonly FoundingRecord _founding = TestGateway.Found();
    private TestGateway _gateway = null!;

    public async Task InitializeAsync()
    {
        var store = new FakeStore();
        var settings = new Dictionary<string, string?> { ["Cluster:Credential"] = StreamNode.Credential };
        foreach (var member in _founding.Members)
        {
            var node = await StreamNode.StartAsync(member, _founding, store);
            _nodes.Add(node);
            settings[$"services:{member.Name}:peer:0"] = node.Address;
        }

        _gateway = await TestGateway.StartWithStreamsAsync(_founding, settings);
    }

    public async Task DisposeAsync()
    {
        await _gateway.DisposeAsync();
        foreach (var node in _nodes)
        {
            await node.DisposeAsync();
        }
    }

    [Fact]
    public async Task Operations_OverTheStream_WorkAndGoToTheirNode()
    {
        var value = new byte[300_000];
        new Random(3).NextBytes(value);
        Assert.Equal(204, (int)(await _gateway.Client.PutAsync("/v1/kv/ns/k", new ByteArrayContent(value))).StatusCode);
        Assert.Equal(value, await _gateway.Client.GetByteArrayAsync("/v1/kv/ns/k"));
        Assert.Equal(2, Preferred().Arrivals.Count);
        Assert.Equal(_gateway.Token, System.Text.Encoding.ASCII.GetString(Preferred().Arrivals.First().AccessToken.Span));
    }

    /// <summary>The first accepts connections and says nothing.</summary>
    [Fact]
    public async Task Node_WithTwoAddressesOfWhichTheFirstIsSilent_IsReachedAtTheSecond()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        var settings = new Dictionary<string, string?> { ["Cluster:Credential"] = StreamNode.Credential };
        foreach (var node in _nodes)
        {
            var name = _founding.Find(node.Id)!.Name;
            settings[$"services:{name}:peer:0"] = $"tcp://{silent.LocalEndpoint}";
            settings[$"services:{name}:peer:1"] = node.Address;
        }

        await using var gateway = await TestGateway.StartWithStreamsAsync(_founding, settings);

        Assert.Equal(204, (int)(await gateway.Client.PutAsync("/v1/kv/ns/k", new ByteArrayContent([1]))).StatusCode);
    }

    /// <summary>facts: an HTTP client repeats a body-less DELETE by itself when its connection breaks. The stream does not.</summary>
    [Theory]
    [InlineData("DELETE")]
    [InlineData("PUT")]
    public async Task Change_ConnectionBreaksWhileTheNodeHandlesIt_ArrivesOnce(string method)
    {
        Preferred().BreaksOnArrival = true;
        using var request = new HttpRequestMessage(new HttpMethod(method), "/v1/kv/ns/k");
        await Problem.AssertAsync(await _gateway.Client.SendAsync(request), 504, "outcome_unknown", "unknown");
        Assert.Equal(1, _nodes.Sum(node => node.Arrivals.Count));
    }

    [Fact]
    public async Task Get_ConnectionBreaksWhileTheNodeHandlesIt_IsRepeatedOnAnotherReplica()
    {
        await _gateway.Client.PutAsync("/v1/kv/ns/k", new ByteArrayContent([7]));
        Preferred().BreaksOnArrival = true;
        Assert.Equal([7], await _gateway.Client.GetByteArrayAsync("/v1/kv/ns/k"));
        Assert.Equal(
            3, _nodes.Sum(node => node.Arrivals.Count(arrival => arrival.Operation.Kind is OperationKind.Get or OperationKind.Put)));
    }

    [Fact]
    public async Task Operations_WithTheirNodeGone_GoToAnotherReplica()
    {
        await Preferred().DisposeAsync();
        await Eventually.TrueAsync(
            async () => (await _gateway.Client.PutAsync("/v1/kv/ns/k", new ByteArrayContent([1]))).IsSuccessStatusCode,
            "a write succeeds without the node");
        Assert.Equal([1], await _gateway.Client.GetByteArrayAsync("/v1/kv/ns/k"));
    }

    private StreamNode Preferred()
    {
        var preferred = _founding.Placement[TestGateway.PartitionOf("ns", "k")][0];
        return _nodes.Single(node => node.Id == preferred);
    }
}
