using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using AspireKv.Cluster.Topology;
using AspireKv.Transport.Tests.Hosting;

namespace AspireKv.Transport.Tests.Streams;

/// <summary>A node that may be at several addresses. In what order and when they are tried is for the tests of the race.</summary>
public sealed class AddressTests
{
    /// <summary>The kernel takes the connection, and nobody ever says a word: a halted process looks like this too.</summary>
    [Fact]
    public async Task Channel_FirstAddressAcceptsAndIsSilent_ConnectsAtTheSecond()
    {
        using var silent = Listen();
        await using var node = await NodeHost.StartAsync(new RecordingHandler());
        using var factory = TestPeers.Factory();
        await using var channel = factory.StartChannel([silent.LocalEndpoint, node.EndPoint]);

        await Eventually.TrueAsync(() => channel.IsConnected, "the channel connects at the second address");
    }

    [Fact]
    public async Task Channel_NameOfWhichTheFirstAddressIsSilent_ConnectsAtTheSecond()
    {
        await using var node = await NodeHost.StartAsync(new RecordingHandler());
        var silentAddress = IPAddress.Parse("127.0.0.3");
        using var silent = new TcpListener(silentAddress, node.EndPoint.Port);
        silent.Start();
        using var factory = TestPeers.Factory(lookUp: (_, _) => Task.FromResult<IPAddress[]>([silentAddress, IPAddress.Loopback]));
        await using var channel = factory.StartChannel(new DnsEndPoint("node2", node.EndPoint.Port));

        await Eventually.TrueAsync(() => channel.IsConnected, "the channel connects at the second address");
    }

    /// <summary>As where a name still leads to where the node was before.</summary>
    [Fact]
    public async Task Channel_AnotherNodeAtTheFirstAddress_ConnectsAtTheSecond()
    {
        await using var other = await NodeHost.StartAsync(new RecordingHandler(), identity: TestPeers.Node2 with { Node = new NodeId(3) });
        await using var node = await NodeHost.StartAsync(new RecordingHandler());
        using var factory = TestPeers.Factory();
        await using var channel = await factory.ConnectAsync([other.EndPoint, node.EndPoint]);

        Assert.Equal(TestPeers.Node2, channel.RemoteIdentity);
        Assert.Single(node.ConnectionHandler.Connections);
    }

    [Fact]
    public async Task Channel_AllAddressesSilent_SaysSoInOneLineThatNamesAll()
    {
        using var first = Listen();
        using var second = Listen();
        var options = TestPeers.Options();
        options.ConnectTimeout = TimeSpan.FromMilliseconds(400);
        var lines = new ConcurrentQueue<string>();
        using var factory = TestPeers.Factory(options: options, lines: lines);
        await using var channel = factory.StartChannel([first.LocalEndpoint, second.LocalEndpoint]);

        await Eventually.TrueAsync(
            () => lines.Any(line => line.StartsWith("3002", StringComparison.Ordinal)), "the node is said to be unreachable");

        Assert.Equal(
            $"3002 Cannot reach node 2 (node2): {first.LocalEndpoint}: no answer; {second.LocalEndpoint}: no answer "
            + "(in 00:00:00.4000000). Trying on; this is said at most every 10 s, and the other attempts at Debug.",
            lines.First(line => line.StartsWith("3002", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Channel_OneAddressRefusesTheHandshakeAndOneTheConnection_SaysBoth()
    {
        await using var node = await NodeHost.StartAsync(new RecordingHandler(), secret: "another secret, which is long enough too");
        var lines = new ConcurrentQueue<string>();
        var nowhere = new IPEndPoint(IPAddress.Parse("127.0.0.3"), node.EndPoint.Port);
        using var factory = TestPeers.Factory(lines: lines);
        await using var channel = factory.StartChannel([nowhere, node.EndPoint]);

        await Eventually.TrueAsync(
            () => lines.Any(line =>
                line.StartsWith("3004", StringComparison.Ordinal)
                && line.Contains($"{nowhere}: Connection refused; {node.EndPoint}: it does not accept", StringComparison.Ordinal)),
            "the refusal is logged with every address");
    }

    private static TcpListener Listen()
    {
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return listener;
    }
}
