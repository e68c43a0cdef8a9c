using System.Collections.Concurrent;
using System.Net;
using AspireKv.Cluster.Topology;
using AspireKv.Dialing;
using AspireKv.Transport.Client;
using AspireKv.Transport.Contracts;
using AspireKv.Transport.Handshake;
using AspireKv.Transport.Monitoring;

namespace AspireKv.Transport.Tests.Hosting;

/// <summary>The parties of these tests: node 1 or a gateway dials, node 2 listens.</summary>
internal static class TestPeers
{
    public const string Secret = "a secret of the tests, and long enough";

    public static readonly PeerIdentity Node1 = new(PeerRole.Node, new NodeId(1), 11, "node1");

    public static readonly PeerIdentity Node2 = new(PeerRole.Node, new NodeId(2), 22, "node2");

    public static readonly PeerIdentity Gateway = new(PeerRole.Gateway, NodeId.None, 99, "gateway");

    public static PeerTransportOptions Options() => new()
    {
        ReconnectDelay = TimeSpan.FromMilliseconds(5),
        MaxReconnectDelay = TimeSpan.FromMilliseconds(50),
        HeartbeatInterval = TimeSpan.FromMilliseconds(20),
        BreakerWindow = TimeSpan.FromSeconds(10),
        BreakerDuration = TimeSpan.FromMilliseconds(500),
        ConnectTimeout = TimeSpan.FromSeconds(10),
        AnswerTimeout = TimeSpan.FromSeconds(30),
        HeartbeatTimeout = TimeSpan.FromSeconds(30),
    };

    public static TransportMetrics Metrics() => new(new TestMeters());

    public static NodeChannelFactory Factory(
        PeerIdentity? identity = null,
        string secret = Secret,
        Guid? clusterId = null,
        PeerTransportOptions? options = null,
        ConcurrentQueue<string>? lines = null,
        TestMeters? meters = null,
        Func<string, CancellationToken, Task<IPAddress[]>>? lookUp = null,
        TimeProvider? time = null) =>
        new(
            new LocalPeer(identity ?? Node1, () => clusterId),
            new ClusterCredential(secret),
            Microsoft.Extensions.Options.Options.Create(options ?? Options()),
            new AddressRace(TimeProvider.System, lookUp),
            meters is null ? Metrics() : new TransportMetrics(meters),
            time ?? TimeProvider.System,
            new RecordingLogger<NodeChannel>(lines ?? new()));

    /// <summary>A channel to node 2 that was started; not yet connected.</summary>
    public static NodeChannel StartChannel(this NodeChannelFactory factory, EndPoint endPoint, IPeerResponseHandler? handler = null) =>
        factory.StartChannel([endPoint], handler);

    /// <inheritdoc cref="StartChannel(NodeChannelFactory, EndPoint, IPeerResponseHandler?)"/>
    public static NodeChannel StartChannel(this NodeChannelFactory factory, EndPoint[] endPoints, IPeerResponseHandler? handler = null)
    {
        var channel = factory.Create(Node2.Node, Node2.Name, _ => At(endPoints), handler);
        channel.Start();
        return channel;
    }

    /// <summary>What a resolver answers that knows these addresses.</summary>
    public static ValueTask<IReadOnlyList<EndPoint>> At(params EndPoint[] endPoints) => new(endPoints);

    public static async Task<NodeChannel> ConnectAsync(
        this NodeChannelFactory factory, EndPoint endPoint, IPeerResponseHandler? handler = null) =>
        await factory.ConnectAsync([endPoint], handler);

    public static async Task<NodeChannel> ConnectAsync(
        this NodeChannelFactory factory, EndPoint[] endPoints, IPeerResponseHandler? handler = null)
    {
        var channel = factory.StartChannel(endPoints, handler);
        await Eventually.TrueAsync(() => channel.IsConnected, "the channel connects");
        return channel;
    }
}
