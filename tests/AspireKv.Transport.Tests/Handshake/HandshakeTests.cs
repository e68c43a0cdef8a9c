using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using AspireKv.Cluster.Topology;
using AspireKv.Transport.Contracts;
using AspireKv.Transport.Handshake;
using AspireKv.Transport.Tests.Hosting;

namespace AspireKv.Transport.Tests.Handshake;

public sealed class HandshakeTests
{
    private const string OtherSecret = "another secret, which is long enough too";

    [Fact]
    public async Task Client_WithAnotherCredential_IsRefusedAndBothSidesSaySo()
    {
        var clientLines = new ConcurrentQueue<string>();
        await using var node = await NodeHost.StartAsync(new RecordingHandler());
        using var factory = TestPeers.Factory(secret: OtherSecret, lines: clientLines);
        await using var channel = factory.StartChannel(node.EndPoint);

        await LogsAsync(clientLines, "3004", "does not accept this process's Cluster:Credential");
        await LogsAsync(node.Lines, "3052", "did not prove that it holds this cluster's credential");
        Assert.False(channel.IsConnected);
        Assert.Empty(node.ConnectionHandler.Connections);
        Assert.DoesNotContain(clientLines.Concat(node.Lines), line => line.Contains("secret", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Server_WithoutTheCredential_IsRefusedByTheClient()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var lines = new ConcurrentQueue<string>();
        using var factory = TestPeers.Factory(lines: lines);
        await using var channel = factory.StartChannel((IPEndPoint)listener.LocalEndpoint);

        // An impostor says yes to whatever it is given, and makes its proof with a secret of its own.
        using var accepted = await Eventually.CompletesAsync(listener.AcceptSocketAsync(), "the client dials");
        using var stream = new NetworkStream(accepted);
        var header = new byte[Hello.HeaderBytes];
        await stream.ReadExactlyAsync(header);
        var body = new byte[header[5] | (header[6] << 8)];
        await stream.ReadExactlyAsync(body);
        var hello = Hello.Create(new LocalPeer(TestPeers.Node2, () => null), NodeId.None).Encode();
        await stream.WriteAsync(hello);
        await stream.ReadExactlyAsync(new byte[HandshakeProof.Bytes]);
        byte[] clientHello = [.. header, .. body];
        var proof = HandshakeProof.OfServer(new ClusterCredential(OtherSecret), clientHello, hello, HandshakeVerdict.Accepted);
        await stream.WriteAsync((byte[])[(byte)HandshakeVerdict.Accepted, .. proof]);

        await LogsAsync(lines, "3004", "it did not prove that it holds this cluster's credential");
        Assert.False(channel.IsConnected);
    }

    [Fact]
    public async Task Server_ReplayedHandshake_IsRefused()
    {
        await using var node = await NodeHost.StartAsync(new RecordingHandler());
        var hello = Hello.Create(new LocalPeer(TestPeers.Node1, () => null), TestPeers.Node2.Node).Encode();
        byte[] proof;
        using (var honest = await RawPeer.ConnectAsync(node.EndPoint))
        {
            await honest.Stream.WriteAsync(hello);
            var server = await honest.ReadHelloAsync();
            proof = HandshakeProof.OfClient(new ClusterCredential(TestPeers.Secret), hello, server);
            await honest.Stream.WriteAsync(proof);
            Assert.Equal(HandshakeVerdict.Accepted, (HandshakeVerdict)(await honest.ReadAsync(1 + HandshakeProof.Bytes))[0]);
        }

        using var replay = await RawPeer.ConnectAsync(node.EndPoint);
        await replay.Stream.WriteAsync(hello);
        await replay.ReadHelloAsync();
        await replay.Stream.WriteAsync(proof);
        var answer = await replay.ReadAsync(1 + HandshakeProof.Bytes);

        Assert.Equal(HandshakeVerdict.CredentialRefused, (HandshakeVerdict)answer[0]);
        Assert.All(answer.Skip(1), value => Assert.Equal(0, value));
        await replay.IsClosedAsync();
    }

    [Fact]
    public async Task Server_ReflectedProof_IsRefused()
    {
        // The server's own words, sent back to it, prove nothing: each direction has its label.
        await using var node = await NodeHost.StartAsync(new RecordingHandler());
        using var peer = await RawPeer.ConnectAsync(node.EndPoint);
        var hello = Hello.Create(new LocalPeer(TestPeers.Node1, () => null), TestPeers.Node2.Node).Encode();
        await peer.Stream.WriteAsync(hello);
        var server = await peer.ReadHelloAsync();
        await peer.Stream.WriteAsync(
            HandshakeProof.OfServer(new ClusterCredential(TestPeers.Secret), hello, server, HandshakeVerdict.Accepted));

        Assert.Equal(HandshakeVerdict.CredentialRefused, (HandshakeVerdict)(await peer.ReadAsync(1 + HandshakeProof.Bytes))[0]);
    }

    [Fact]
    public async Task Server_OtherVersion_AnswersWithItsOwnAndSaysSo()
    {
        await using var node = await NodeHost.StartAsync(new RecordingHandler());
        using var peer = await RawPeer.ConnectAsync(node.EndPoint);
        await peer.Stream.WriteAsync("AKVP"u8.ToArray().Concat(new byte[] { 1, 1, 0, 42 }).ToArray());

        var answer = await peer.ReadAsync(Hello.HeaderBytes);
        Assert.Equal<byte>([.. "AKVP"u8, Hello.Version, 0, 0], answer);
        await peer.IsClosedAsync();
        await LogsAsync(node.Lines, "3052", "it speaks version 1 of the peer protocol, and this process speaks version 7");
    }

    [Fact]
    public async Task Client_ServerOfOtherVersion_SaysSo()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var lines = new ConcurrentQueue<string>();
        using var factory = TestPeers.Factory(lines: lines);
        await using var channel = factory.StartChannel((IPEndPoint)listener.LocalEndpoint);
        using var accepted = await Eventually.CompletesAsync(listener.AcceptSocketAsync(), "the client dials");
        using var stream = new NetworkStream(accepted);
        await stream.WriteAsync((byte[])[.. Hello.Magic, 4, 0, 0]);

        await LogsAsync(lines, "3004", "it speaks version 4 of the peer protocol, and this process speaks version 7");
    }

    [Fact]
    public async Task Client_OfAnotherCluster_IsRefusedAndBothSidesSaySo()
    {
        var clientLines = new ConcurrentQueue<string>();
        await using var node = await NodeHost.StartAsync(
            new RecordingHandler(), clusterId: new Guid("11111111-0000-0000-0000-000000000000"));
        using var factory = TestPeers.Factory(clusterId: new Guid("22222222-0000-0000-0000-000000000000"), lines: clientLines);
        await using var channel = factory.StartChannel(node.EndPoint);

        await LogsAsync(clientLines, "3004", "it belongs to cluster 11111111-");
        await LogsAsync(node.Lines, "3052", "belongs to cluster 22222222-");
        Assert.False(channel.IsConnected);
    }

    [Fact]
    public async Task Client_BeforeItKnowsACluster_IsAccepted()
    {
        await using var node = await NodeHost.StartAsync(
            new RecordingHandler(), clusterId: new Guid("11111111-0000-0000-0000-000000000000"));
        using var factory = TestPeers.Factory(clusterId: null);
        await using var channel = await factory.ConnectAsync(node.EndPoint);

        Assert.True(channel.IsConnected);
    }

    [Fact]
    public async Task Client_AnotherNodeListens_IsRefused()
    {
        var lines = new ConcurrentQueue<string>();
        await using var node = await NodeHost.StartAsync(new RecordingHandler());
        using var factory = TestPeers.Factory(lines: lines);
        await using var channel = factory.Create(new NodeId(3), "node3", _ => TestPeers.At(node.EndPoint));
        channel.Start();

        await LogsAsync(lines, "3004", "node 2 (node2) listens where node 3 was looked for");
    }

    [Fact]
    public async Task Client_WithTheServersOwnId_IsRefusedAndBothSidesSaySo()
    {
        var lines = new ConcurrentQueue<string>();
        await using var node = await NodeHost.StartAsync(new RecordingHandler());
        using var factory = TestPeers.Factory(TestPeers.Node2 with { ProcessId = 23 }, lines: lines);
        await using var channel = factory.StartChannel(node.EndPoint);

        await LogsAsync(lines, "3004", "it is node 2 itself; two processes must not be the same node");
        await LogsAsync(node.Lines, "3052", "Node 2 'node2' is another process with this node's own id");
        Assert.Empty(node.ConnectionHandler.Connections);
    }

    [Fact]
    public async Task Client_ThatIsNoMember_IsRefusedAndBothSidesSaySo()
    {
        var lines = new ConcurrentQueue<string>();
        var handler = new RecordingHandler();
        await using var node = await NodeHost.StartAsync(handler, mayConnect: node => node.Value is 1 or 2);
        using var factory = TestPeers.Factory(TestPeers.Node1 with { Node = new NodeId(9), Name = "node9" }, lines: lines);
        await using var channel = factory.StartChannel(node.EndPoint);

        await LogsAsync(lines, "3004", "it knows no member 9, which this process says it is; Cluster:Members must be");
        await LogsAsync(node.Lines, "3052", "Node 9 'node9' is no member of this node's cluster");
        Assert.Empty(handler.Connected);
    }

    /// <summary>Gateways are no members, and are asked for nothing but the credential.</summary>
    [Fact]
    public async Task Client_MemberOrGateway_IsLetInByANodeThatKnowsItsMembers()
    {
        await using var node = await NodeHost.StartAsync(new RecordingHandler(), mayConnect: node => node.Value is 1 or 2);
        using var members = TestPeers.Factory();
        using var gateways = TestPeers.Factory(TestPeers.Gateway);

        await using var member = await members.ConnectAsync(node.EndPoint);
        await using var gateway = await gateways.ConnectAsync(node.EndPoint);
    }

    [Theory]
    [InlineData(PeerRole.Node, 0)]
    [InlineData(PeerRole.Gateway, 1)]
    [InlineData((PeerRole)3, 1)]
    public async Task Client_RoleAndIdThatDoNotFit_IsRefused(PeerRole role, int id)
    {
        var lines = new ConcurrentQueue<string>();
        await using var node = await NodeHost.StartAsync(new RecordingHandler());
        using var factory = TestPeers.Factory(TestPeers.Node1 with { Role = role, Node = new NodeId(id) }, lines: lines);
        await using var channel = factory.StartChannel(node.EndPoint);

        await LogsAsync(lines, "3004", "these do not fit together");
    }

    [Fact]
    public async Task Server_ManyRefusals_LogsOneLine()
    {
        await using var node = await NodeHost.StartAsync(new RecordingHandler());
        for (var i = 0; i < 20; i++)
        {
            using var peer = await RawPeer.ConnectAsync(node.EndPoint);
            await peer.Stream.WriteAsync("GET / HTTP/1.1\r\n\r\n"u8.ToArray());
            await peer.IsClosedAsync();
        }

        Assert.Single(node.Lines, line => line.Contains("does not speak the peer protocol", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(1, 1, true)]
    [InlineData(1, 4, true)]
    [InlineData(2, 4, false)]
    public async Task Server_FeatureLevelsOfTheClient_AcceptsThoseThatOverlap(int oldest, int newest, bool isAccepted)
    {
        await using var node = await NodeHost.StartAsync(new RecordingHandler());
        using var peer = await RawPeer.ConnectAsync(node.EndPoint);
        var hello = Hello.Create(new LocalPeer(TestPeers.Node1, () => null), TestPeers.Node2.Node) with
        {
            Levels = new FeatureLevels(oldest, newest),
        };

        var answer = await peer.ShakeHandsAsync(hello);

        Assert.Equal(isAccepted ? HandshakeVerdict.Accepted : HandshakeVerdict.FeatureLevelsRefused, (HandshakeVerdict)answer[0]);
        if (!isAccepted)
        {
            await peer.IsClosedAsync();
            await LogsAsync(node.Lines, "3052", "speaks feature levels 2 to 4, and this process feature level 1");
        }
    }

    [Theory]
    [InlineData(HandshakeVerdict.FeatureLevelsRefused, "it speaks feature levels 2 to 4, and this process feature level 1")]
    [InlineData(HandshakeVerdict.Accepted, "it speaks feature levels 2 to 4, and this process feature level 1")]
    [InlineData((HandshakeVerdict)200, "it refuses this process for a reason (200) of a later version")]
    public async Task Client_ServerOfLaterFeatureLevels_SaysSo(object verdict, string said)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var lines = new ConcurrentQueue<string>();
        using var factory = TestPeers.Factory(lines: lines);
        await using var channel = factory.StartChannel((IPEndPoint)listener.LocalEndpoint);
        using var accepted = await Eventually.CompletesAsync(listener.AcceptSocketAsync(), "the client dials");
        using var stream = new NetworkStream(accepted);
        var header = new byte[Hello.HeaderBytes];
        await stream.ReadExactlyAsync(header);
        var body = new byte[header[5] | (header[6] << 8)];
        await stream.ReadExactlyAsync(body);
        var later = Hello.Create(new LocalPeer(TestPeers.Node2, () => null), NodeId.None) with { Levels = new FeatureLevels(2, 4) };
        var hello = later.Encode();
        await stream.WriteAsync(hello);
        await stream.ReadExactlyAsync(new byte[HandshakeProof.Bytes]);
        var proof = HandshakeProof.OfServer(
            new ClusterCredential(TestPeers.Secret), [.. header, .. body], hello, (HandshakeVerdict)verdict);
        await stream.WriteAsync((byte[])[(byte)(HandshakeVerdict)verdict, .. proof]);

        await LogsAsync(lines, "3004", said);
        Assert.False(channel.IsConnected);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("31 characters are one too few..")]
    public void Credential_MissingOrShort_IsRefusedWithItsConfigurationKey(string? secret)
    {
        var refusal = Assert.Throws<ArgumentException>(() => new ClusterCredential(secret));

        Assert.Contains("Cluster:Credential", refusal.Message, StringComparison.Ordinal);
        Assert.True(string.IsNullOrEmpty(secret) || !refusal.Message.Contains(secret, StringComparison.Ordinal));
    }

    private static Task LogsAsync(ConcurrentQueue<string> lines, string eventId, string text) =>
        Eventually.TrueAsync(
            () => lines.Any(line => line.StartsWith(eventId, StringComparison.Ordinal) && line.Contains(text, StringComparison.Ordinal)),
            $"event {eventId} is logged with '{text}'");
}
