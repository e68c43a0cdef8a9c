using AspireKv.Cluster.Topology;
using AspireKv.Transport.Contracts;
using AspireKv.Transport.Handshake;
using AspireKv.Transport.Tests.Hosting;

namespace AspireKv.Transport.Tests.Handshake;

/// <summary>A server that holds the credential, and says what it likes.</summary>
public sealed class UntrustworthyServerTests
{
    private static readonly Guid Ours = new("11111111-0000-0000-0000-000000000000");
    private static readonly Guid Theirs = new("22222222-0000-0000-0000-000000000000");
    private static readonly ClusterCredential Credential = new(TestPeers.Secret);
    private static readonly Hello Right = Hello.Create(new LocalPeer(TestPeers.Node2, () => Ours), NodeId.None);

    [Fact]
    public async Task Client_ServerThatFits_TakesItsWord()
    {
        Assert.Equal(TestPeers.Node2, await HandshakeAsync(HandshakeVerdict.Accepted, Right));
        Assert.Equal(TestPeers.Node2, await HandshakeAsync(HandshakeVerdict.Accepted, Right with { ClusterId = null }));
        Assert.Equal(TestPeers.Node2, await HandshakeAsync(HandshakeVerdict.Accepted, Right with { ClusterId = Theirs }, isFounded: false));
    }

    [Fact]
    public async Task Client_VerdictKinderThanTheFacts_RefusesTheServer()
    {
        await RefusesAsync(
            HandshakeVerdict.Accepted,
            Right with { Identity = TestPeers.Node2 with { Node = new NodeId(3) } },
            "node",
            "Node 3 answered where node 2 was looked for");
        await RefusesAsync(
            HandshakeVerdict.Accepted,
            Right with { Identity = TestPeers.Node2 with { Role = PeerRole.Gateway } },
            "node",
            "Gateway 2 answered where node 2 was looked for");
        await RefusesAsync(
            HandshakeVerdict.Accepted,
            Right with { Levels = new FeatureLevels(2, 4) },
            "version",
            "it speaks feature levels 2 to 4, and this process feature level 1");
        await RefusesAsync(
            HandshakeVerdict.Accepted,
            Right with { ClusterId = Theirs },
            "cluster",
            $"it belongs to cluster {Theirs}, and this process to {Ours}");
    }

    /// <summary>Each refusal is said with its own words, and counted under its own name.</summary>
    [Theory]
    [InlineData(HandshakeVerdict.FeatureLevelsRefused, "version", "it speaks feature level 1, and this process feature level 1")]
    [InlineData(HandshakeVerdict.OtherCluster, "cluster", "it belongs to cluster 11111111-0000-0000-0000-000000000000, and this")]
    [InlineData(HandshakeVerdict.OtherNode, "node", "node 2 (node2) listens where node 2 was looked for")]
    [InlineData(HandshakeVerdict.IdentityRefused, "identity", "it refuses this process as Node with node id 1: these do not fit together")]
    [InlineData(HandshakeVerdict.OwnNode, "identity", "it is node 1 itself; two processes must not be the same node")]
    [InlineData(HandshakeVerdict.NotAMember, "member", "it knows no member 1, which this process says it is; Cluster:Members must")]
    [InlineData(HandshakeVerdict.Busy, "busy", "it holds as many connections of gateways as its PeerTransport:MaxGatewayConnections")]
    [InlineData((HandshakeVerdict)9, "version", "it refuses this process for a reason (9) of a later version")]
    public async Task Client_Refused_SaysWhy(object verdict, string reason, string message) =>
        await RefusesAsync((HandshakeVerdict)verdict, Right, reason, message);

    /// <summary>A refusal for the credential comes without a proof, since the server has nothing to prove to a stranger.</summary>
    [Fact]
    public async Task Client_CredentialRefused_SaysSoWhateverTheProof()
    {
        var pair = new DuplexPair();
        var client = DialAsync(pair, Ours);
        await AnswerAsync(pair, Right, (_, _) => [(byte)HandshakeVerdict.CredentialRefused, .. new byte[HandshakeProof.Bytes]]);

        var refusal = await Assert.ThrowsAsync<HandshakeRefusedException>(() => Eventually.CompletesAsync(client, "the client gives up"));

        Assert.Equal("credential", refusal.Reason);
        Assert.StartsWith("it does not accept this process's Cluster:Credential", refusal.Message, StringComparison.Ordinal);
    }

    /// <summary>Nobody on the way turns a refusal into a yes: the proof covers the verdict.</summary>
    [Fact]
    public async Task Client_VerdictOtherThanTheProvedOne_RefusesTheServer()
    {
        var pair = new DuplexPair();
        var client = DialAsync(pair, Ours);
        await AnswerAsync(
            pair,
            Right,
            (own, server) => [(byte)HandshakeVerdict.Accepted, .. HandshakeProof.OfServer(Credential, own, server, HandshakeVerdict.Busy)]);

        var refusal = await Assert.ThrowsAsync<HandshakeRefusedException>(() => Eventually.CompletesAsync(client, "the client gives up"));

        Assert.Equal("it did not prove that it holds this cluster's credential", refusal.Message);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(20)]
    [InlineData(60)]
    public async Task Client_ServerThatGoesInTheMiddle_IsABrokenConnection(int bytes)
    {
        var pair = new DuplexPair();
        var client = DialAsync(pair, Ours);
        await pair.Server.Output.WriteAsync(Right.Encode().AsMemory(0, bytes));
        await pair.Server.Output.CompleteAsync();

        await Assert.ThrowsAsync<IOException>(() => Eventually.CompletesAsync(client, "the client gives up"));
    }

    [Fact]
    public async Task Client_ServerThatReadsNoMore_IsABrokenConnection()
    {
        var pair = new DuplexPair();
        await pair.Server.Input.CompleteAsync();

        await Assert.ThrowsAsync<IOException>(() => Eventually.CompletesAsync(DialAsync(pair, Ours), "the client gives up"));
    }

    /// <summary>What follows the handshake is left for whoever reads next.</summary>
    [Fact]
    public async Task Client_BytesBehindTheHandshake_AreLeftUnread()
    {
        var pair = new DuplexPair();
        var client = DialAsync(pair, Ours);
        await AnswerAsync(pair, Right, (own, server) => [.. Proved(HandshakeVerdict.Accepted, own, server), 1, 2, 3]);
        await Eventually.CompletesAsync(client, "the handshake is done");

        Assert.True(pair.Client.Input.TryRead(out var rest));
        Assert.Equal(3, rest.Buffer.Length);
    }

    private static byte[] Proved(HandshakeVerdict verdict, byte[] client, byte[] server) =>
        [(byte)verdict, .. HandshakeProof.OfServer(Credential, client, server, verdict)];

    private static async Task<PeerIdentity> HandshakeAsync(HandshakeVerdict verdict, Hello hello, bool isFounded = true)
    {
        var pair = new DuplexPair();
        var client = DialAsync(pair, isFounded ? Ours : null);
        await AnswerAsync(pair, hello, (own, server) => Proved(verdict, own, server));
        return await Eventually.CompletesAsync(client, "the handshake ends");
    }

    private static async Task RefusesAsync(HandshakeVerdict verdict, Hello hello, string reason, string message)
    {
        var refusal = await Assert.ThrowsAsync<HandshakeRefusedException>(() => HandshakeAsync(verdict, hello));
        Assert.Equal(reason, refusal.Reason);
        Assert.StartsWith(message, refusal.Message, StringComparison.Ordinal);
    }

    private static Task<PeerIdentity> DialAsync(DuplexPair pair, Guid? cluster) => ClientHandshake.RunAsync(
        pair.Client, new LocalPeer(TestPeers.Node1, () => cluster), TestPeers.Node2.Node, Credential, CancellationToken.None);

    /// <summary>Plays the server: reads the client's words, says the hello, and ends with what the answer is made of.</summary>
    private static Task AnswerAsync(DuplexPair pair, Hello hello, Func<byte[], byte[], byte[]> answer)
    {
        return Eventually.CompletesAsync(PlayAsync(), "the client says its part");

        async Task PlayAsync()
        {
            var stream = new HandshakeStream(pair.Server);
            var (client, _) = await stream.ReadHelloAsync(CancellationToken.None);
            var own = hello.Encode();
            await stream.WriteAsync(own, CancellationToken.None);
            await stream.ReadAsync(HandshakeProof.Bytes, CancellationToken.None);
            await stream.WriteAsync(answer(client, own), CancellationToken.None);
        }
    }
}
