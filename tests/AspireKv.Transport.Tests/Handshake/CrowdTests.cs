using System.Collections.Concurrent;
using System.Net;
using AspireKv.Cluster.Topology;
using AspireKv.Transport.Handshake;
using AspireKv.Transport.Tests.Hosting;

namespace AspireKv.Transport.Tests.Handshake;

/// <summary>What a listener bears of strangers, of gateways and of nodes, none of which may keep members out.</summary>
public sealed class CrowdTests
{
    private static readonly IPAddress Elsewhere = IPAddress.Parse("127.0.0.3");

    [Fact]
    public async Task Server_SilentStranger_IsClosedAfterTheTimeLimit()
    {
        var options = TestPeers.Options();
        options.HandshakeTimeout = TimeSpan.FromMilliseconds(100);
        await using var node = await NodeHost.StartAsync(new RecordingHandler(), options: options);
        using var peer = await RawPeer.ConnectAsync(node.EndPoint);

        await peer.IsClosedAsync();
        await LogsAsync(node, "3052", "its handshake took longer than");
    }

    [Fact]
    public async Task Server_MoreSilentStrangersThanItBears_LetsAMemberInAtOnce()
    {
        var options = OptionsWithoutEnd();
        options.MaxPendingHandshakes = 4;
        using var meters = new TestMeters();
        await using var node = await NodeHost.StartAsync(new RecordingHandler(), options: options, meters: meters);
        using var strangers = await Crowd.ComeAsync(node, 12);
        await Eventually.TrueAsync(
            () => meters.Sum("aspirekv.transport.handshakes.refused|reason=crowded-out") == 8, "all but four strangers are gone");

        using var member = await RawPeer.AuthenticateAsync(node.EndPoint);

        await Eventually.TrueAsync(() => node.ConnectionHandler.Connections.Count == 1, "the member is served");
        Assert.Single(node.Lines, line => line.StartsWith("3052", StringComparison.Ordinal));
        await LogsAsync(node, "3052", "more than 4 connections were in their handshake, and this one for the longest");
    }

    /// <summary>Whoever accepts connections waits for those that are neither authenticated nor closed.</summary>
    [Fact]
    public async Task Server_PeerIsAuthenticated_SaysSoOfNobodyElse()
    {
        var authenticated = 0;
        await using var node = await NodeHost.StartAsync(
            new RecordingHandler(), options: OptionsWithoutEnd(), onAuthenticated: _ => Interlocked.Increment(ref authenticated));
        using var silent = await RawPeer.ConnectAsync(node.EndPoint);
        using var stranger = await RawPeer.ConnectAsync(node.EndPoint);
        await stranger.Stream.WriteAsync("GET / HTTP/1.1\r\n\r\n"u8.ToArray());
        await stranger.IsClosedAsync();
        Assert.Equal(0, authenticated);

        using var member = await RawPeer.AuthenticateAsync(node.EndPoint);

        await Eventually.TrueAsync(() => node.ConnectionHandler.Connections.Count == 1, "the member is served");
        Assert.Equal(1, authenticated);
    }

    /// <summary>Whoever fills the room is the one who makes it.</summary>
    [Fact]
    public async Task Server_StrangersFromOneAddress_DoNotEndTheOlderHandshakeOfAnother()
    {
        var options = OptionsWithoutEnd();
        options.MaxPendingHandshakes = 4;
        using var meters = new TestMeters();
        await using var node = await NodeHost.StartAsync(new RecordingHandler(), options: options, meters: meters);
        using var slowMember = await RawPeer.ConnectAsync(node.EndPoint);
        using var strangers = await Crowd.ComeAsync(node, 12, Elsewhere);
        await Eventually.TrueAsync(
            () => meters.Sum("aspirekv.transport.handshakes.refused|reason=crowded-out") == 9, "all but three strangers are gone");

        var answer = await slowMember.ShakeHandsAsync(RawPeer.HelloOf(TestPeers.Node1));

        Assert.Equal(HandshakeVerdict.Accepted, (HandshakeVerdict)answer[0]);
    }

    [Fact]
    public async Task Server_HandshakesThatAreOver_CountNoMore()
    {
        var options = OptionsWithoutEnd();
        options.MaxPendingHandshakes = 2;
        await using var node = await NodeHost.StartAsync(new RecordingHandler(), options: options);
        using var slowMember = await RawPeer.ConnectAsync(node.EndPoint);
        using var first = await RawPeer.AuthenticateAsync(node.EndPoint, TestPeers.Gateway);
        await Eventually.TrueAsync(() => node.ConnectionHandler.Connections.Count == 1, "the first gateway is served");
        using (var stranger = await RawPeer.ConnectAsync(node.EndPoint))
        {
            await stranger.Stream.WriteAsync("GET / HTTP/1.1\r\n\r\n"u8.ToArray());
            await stranger.IsClosedAsync();
        }

        using var second = await RawPeer.AuthenticateAsync(node.EndPoint, TestPeers.Gateway);
        var answer = await slowMember.ShakeHandsAsync(RawPeer.HelloOf(TestPeers.Node1));

        Assert.Equal(HandshakeVerdict.Accepted, (HandshakeVerdict)answer[0]);
    }

    [Fact]
    public async Task Server_AsManyGatewaysAsItBears_RefusesOneMoreAndLetsMembersIn()
    {
        var options = TestPeers.Options();
        options.MaxGatewayConnections = 2;
        await using var node = await NodeHost.StartAsync(new RecordingHandler(), options: options);
        using var first = await RawPeer.AuthenticateAsync(node.EndPoint, TestPeers.Gateway);
        using var second = await RawPeer.AuthenticateAsync(node.EndPoint, TestPeers.Gateway);
        for (var i = 0; i < 5; i++)
        {
            using var more = await RawPeer.ConnectAsync(node.EndPoint);
            Assert.Equal(HandshakeVerdict.Busy, (HandshakeVerdict)(await more.ShakeHandsAsync(RawPeer.HelloOf(TestPeers.Gateway)))[0]);
            await more.IsClosedAsync();
        }

        using var member = await RawPeer.AuthenticateAsync(node.EndPoint);

        await Eventually.TrueAsync(() => node.ConnectionHandler.Connections.Count == 3, "the member is served beside the gateways");
        await LogsAsync(node, "3052", "Gateway 0 'gateway' is one more than PeerTransport:MaxGatewayConnections");

        first.Dispose();
        await Eventually.TrueAsync(() => node.ConnectionHandler.Connections.Count == 2, "the first gateway is gone");
        using var next = await RawPeer.AuthenticateAsync(node.EndPoint, TestPeers.Gateway);
    }

    [Fact]
    public async Task Gateway_OneTooMany_SaysWhatToRaise()
    {
        var options = TestPeers.Options();
        options.MaxGatewayConnections = 1;
        await using var node = await NodeHost.StartAsync(new RecordingHandler(), options: options);
        using var first = await RawPeer.AuthenticateAsync(node.EndPoint, TestPeers.Gateway);
        var lines = new ConcurrentQueue<string>();
        using var factory = TestPeers.Factory(TestPeers.Gateway, lines: lines);
        await using var channel = factory.StartChannel(node.EndPoint);

        await Eventually.TrueAsync(
            () => lines.Any(line => line.Contains(
                "it holds as many connections of gateways as its PeerTransport:MaxGatewayConnections allows", StringComparison.Ordinal)),
            "the gateway says why");
    }

    /// <summary>A node that was restarted again and again, whose old connections hang, gets in at once.</summary>
    [Fact]
    public async Task Server_NodeWithAsManyConnectionsAsItMayHave_LetsTheNextInAndEndsTheMostSilent()
    {
        var options = OptionsWithoutEnd();
        options.MaxConnectionsPerNode = 2;
        await using var node = await NodeHost.StartAsync(new RecordingHandler(), options: options);
        using var other = await RawPeer.AuthenticateAsync(node.EndPoint, TestPeers.Node1 with { Node = new NodeId(3), Name = "node3" });
        using var gateway = await RawPeer.AuthenticateAsync(node.EndPoint, TestPeers.Gateway);
        using var first = await RawPeer.AuthenticateAsync(node.EndPoint, TestPeers.Node1 with { ProcessId = 1 });
        await Eventually.TrueAsync(() => node.ConnectionHandler.Connections.Count == 3, "the first process is served");
        using var second = await RawPeer.AuthenticateAsync(node.EndPoint, TestPeers.Node1 with { ProcessId = 2 });
        await Eventually.TrueAsync(() => node.ConnectionHandler.Connections.Count == 4, "the second process is served");
        await first.PingAsync();

        using var third = await RawPeer.AuthenticateAsync(node.EndPoint, TestPeers.Node1 with { ProcessId = 3 });

        await second.IsClosedAsync();
        await Eventually.TrueAsync(() => node.ConnectionHandler.Connections.Count == 4, "the second process's connection is gone");
        Assert.Equal(
            [1, 3, 11, 99],
            node.ConnectionHandler.Connections.Select(connection => (int)connection.Identity.ProcessId).Order());
        await LogsAsync(node, "3053", "Closed the connection of Node 1 (node1): the node opened newer ones");
    }

    private static PeerTransportOptions OptionsWithoutEnd()
    {
        var options = TestPeers.Options();
        options.HandshakeTimeout = TimeSpan.FromMinutes(1);
        options.ServerIdleTimeout = TimeSpan.FromHours(1);
        return options;
    }

    private static Task LogsAsync(NodeHost node, string eventId, string text) =>
        Eventually.TrueAsync(
            () => node.Lines.Any(line =>
                line.StartsWith(eventId, StringComparison.Ordinal) && line.Contains(text, StringComparison.Ordinal)),
            $"event {eventId} is logged with '{text}'");

    /// <summary>Strangers who connect and say nothing.</summary>
    private sealed class Crowd : IDisposable
    {
        private readonly List<RawPeer> _strangers = [];

        public static async Task<Crowd> ComeAsync(NodeHost node, int count, IPAddress? from = null)
        {
            var crowd = new Crowd();
            for (var i = 0; i < count; i++)
            {
                crowd._strangers.Add(await RawPeer.ConnectAsync(node.EndPoint, from));
            }

            return crowd;
        }

        public void Dispose() => _strangers.ForEach(stranger => stranger.Dispose());
    }
}
