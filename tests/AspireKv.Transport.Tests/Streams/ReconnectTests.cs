using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using AspireKv.Cluster.Messages;
using AspireKv.Transport.Tests.Codec;
using AspireKv.Transport.Tests.Hosting;

namespace AspireKv.Transport.Tests.Streams;

public sealed class ReconnectTests
{
    [Fact]
    public async Task Channel_NodeAwayForLong_OpensTheBreakerAndClosesItWhenItIsBack()
    {
        var options = TestPeers.Options();
        options.BreakerFailures = 3;
        using var meters = new TestMeters();
        using var factory = TestPeers.Factory(options: options, meters: meters);
        var port = FreePort();
        await using var channel = factory.StartChannel(new IPEndPoint(IPAddress.Loopback, port));
        await Eventually.TrueAsync(
            () => meters.Sum("aspirekv.transport.breaker.changes|node=node2|state=open") > 0, "the breaker opens");
        await Eventually.TrueAsync(
            () => meters.Sum("aspirekv.transport.connect.attempts|node=node2|outcome=held-back") > 0,
            "the open breaker holds attempts back");

        await using var node = await NodeHost.StartAsync(new RecordingHandler(), port);

        await Eventually.TrueAsync(() => channel.IsConnected, "the channel connects");
        await Eventually.TrueAsync(
            () => meters.Sum("aspirekv.transport.breaker.changes|node=node2|state=closed") > 0, "the breaker closes");
        Assert.Equal(1, meters.Sum("aspirekv.transport.connect.attempts|node=node2|outcome=connected"));
        Assert.Equal(1, meters.Sum("aspirekv.transport.connections|side=client"));
    }

    [Fact]
    public async Task Link_OfEachConnection_HasANumberOfItsOwn()
    {
        using var factory = TestPeers.Factory();
        var port = FreePort();
        long first;
        await using var channel = factory.StartChannel(new IPEndPoint(IPAddress.Loopback, port));
        Assert.Equal(0, channel.Link);
        await using (await NodeHost.StartAsync(new RecordingHandler(), port))
        {
            await Eventually.TrueAsync(() => channel.IsConnected, "the channel connects");
            first = channel.Link;
            Assert.Equal(first, channel.TrySend(Samples.Request(PeerRequestKind.Confirm)));
        }

        await Eventually.TrueAsync(() => channel.Link == 0, "the channel notices the end of its connection");
        Assert.Equal(0, channel.TrySend(Samples.Request(PeerRequestKind.Confirm)));
        await using var node = await NodeHost.StartAsync(new RecordingHandler(), port);
        await Eventually.TrueAsync(() => channel.IsConnected, "the channel connects again");

        Assert.True(channel.Link > first);
    }

    [Fact]
    public async Task Server_Stopping_DoesNotWaitForItsPeers()
    {
        await using var node = await NodeHost.StartAsync(new RecordingHandler());
        using var factory = TestPeers.Factory();
        await using var channel = await factory.ConnectAsync(node.EndPoint);

        // Kestrel would wait for open connections for 30 s.
        await Eventually.CompletesAsync(node.StopAsync(), "the server stops with a peer connected");

        await Eventually.TrueAsync(() => !channel.IsConnected, "the channel notices");
    }

    [Fact]
    public async Task Server_Withdrawn_EndsItsStreamsAndTakesNoOther()
    {
        await using var node = await NodeHost.StartAsync(new RecordingHandler());
        using var meters = new TestMeters();
        using var factory = TestPeers.Factory(meters: meters);
        await using var channel = await factory.ConnectAsync(node.EndPoint);

        node.ConnectionHandler.Withdraw("its disk failed");
        node.ConnectionHandler.Withdraw("its memory failed too");

        await Eventually.TrueAsync(() => !channel.IsConnected, "the channel notices");
        await Eventually.TrueAsync(
            () => node.Lines.Any(line =>
                line.Contains("Refused", StringComparison.Ordinal) && line.Contains("its disk failed", StringComparison.Ordinal)),
            "the next attempt is refused with the reason");
        Assert.False(channel.IsConnected);
        Assert.Single(node.Lines, line => line.StartsWith("3055", StringComparison.Ordinal));

        // The channel may notice before the server has let go.
        await Eventually.TrueAsync(() => node.ConnectionHandler.Connections.Count == 0, "the server holds no stream");
    }

    /// <summary>Between the look at the door and the end of the handshake the node's disk failed.</summary>
    [Fact]
    public async Task Server_WithdrawnWhileAHandshakeIsUnderWay_EndsTheStream()
    {
        var handler = new RecordingHandler();
        await using var node = await NodeHost.StartAsync(handler);
        using var peer = await RawPeer.ConnectAsync(node.EndPoint);
        var hello = RawPeer.HelloOf(TestPeers.Node1);

        // Whether the verdict is read before the connection ends is a matter of luck.
        await Record.ExceptionAsync(
            () => peer.ShakeHandsAsync(hello, meanwhile: () => node.ConnectionHandler.Withdraw("its disk failed")));

        await Eventually.TrueAsync(() => handler.Disconnected == 1, "the server ends the stream");
        Assert.Empty(node.ConnectionHandler.Connections);
    }

    [Fact]
    public async Task Stream_ThatEnds_IsCountedAndSaidOnBothSides()
    {
        var lines = new ConcurrentQueue<string>();
        using var clientMeters = new TestMeters();
        using var serverMeters = new TestMeters();
        var handler = new RecordingHandler();
        await using var node = await NodeHost.StartAsync(handler, meters: serverMeters);
        using var factory = TestPeers.Factory(lines: lines, meters: clientMeters);
        await using (await factory.ConnectAsync(node.EndPoint))
        {
            await Eventually.TrueAsync(
                () => serverMeters.Sum("aspirekv.transport.connections|side=server") == 1, "the server counts the stream");
            Assert.Equal(1, clientMeters.Sum("aspirekv.transport.connections|side=client"));
        }

        await Eventually.TrueAsync(() => handler.Disconnected == 1, "the server notices the end");
        foreach (var (side, meters) in (ReadOnlySpan<(string, TestMeters)>)[("client", clientMeters), ("server", serverMeters)])
        {
            Assert.Equal(0, meters.Sum($"aspirekv.transport.connections|side={side}"));
            Assert.Equal(1, meters.Sum($"aspirekv.transport.disconnects|side={side}"));
        }

        await Eventually.TrueAsync(() => node.Lines.Count == 2, "the server says both");
        Assert.Equal(["3050", "3051"], node.Lines.Select(line => line[..4]));

        // A channel that is disposed of has lost nothing.
        Assert.Equal(["3000"], lines.Select(line => line[..4]).Where(id => id.StartsWith("30", StringComparison.Ordinal)));
    }

    /// <summary>A cancellation that is not the channel's own is not retried, and is no reason to give up for ever.</summary>
    [Fact]
    public async Task Channel_WhoseResolvingIsCancelled_ConnectsAllTheSame()
    {
        await using var node = await NodeHost.StartAsync(new RecordingHandler());
        var resolutions = 0;
        using var factory = TestPeers.Factory();
        await using var channel = factory.Create(
            TestPeers.Node2.Node,
            "node2",
            _ => ++resolutions == 1 ? throw new OperationCanceledException("Not ours.") : TestPeers.At(node.EndPoint));

        channel.Start();

        await Eventually.TrueAsync(() => channel.IsConnected, "the channel connects");
    }

    [Fact]
    public async Task Channel_AddressChanges_IsResolvedAnewForEachAttempt()
    {
        await using var node = await NodeHost.StartAsync(new RecordingHandler());
        var resolutions = 0;
        var nowhere = new IPEndPoint(IPAddress.Loopback, FreePort());
        using var factory = TestPeers.Factory();
        await using var channel = factory.Create(
            TestPeers.Node2.Node,
            "node2",
            _ => ++resolutions switch
            {
                1 => throw new InvalidOperationException("Not known yet."),
                2 => TestPeers.At(nowhere),
                _ => TestPeers.At(new DnsEndPoint("127.0.0.1", node.EndPoint.Port)),
            });
        channel.Start();

        await Eventually.TrueAsync(() => channel.IsConnected, "the channel connects at the third address");
        Assert.Equal(3, resolutions);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
