using AspireKv.Cluster.Topology;
using AspireKv.Transport.Contracts;
using AspireKv.Transport.Handshake;
using AspireKv.Transport.Tests.Hosting;

namespace AspireKv.Transport.Tests.Handshake;

/// <summary>Whom node 2, whose cluster has the nodes 1 and 2, lets in of those who hold the credential.</summary>
public sealed class JudgementTests
{
    private static readonly Guid Ours = new("11111111-0000-0000-0000-000000000000");
    private static readonly Guid Theirs = new("22222222-0000-0000-0000-000000000000");
    private static readonly ClusterCredential Credential = new(TestPeers.Secret);
    private static readonly Hello Member =
        Hello.Create(new LocalPeer(TestPeers.Node1, () => Ours), TestPeers.Node2.Node);

    private int _places;

    [Fact]
    public async Task Server_MemberOrGateway_TakesAPlaceForIt()
    {
        Assert.Equal(HandshakeVerdict.Accepted, (await JudgeAsync(Member)).Verdict);
        Assert.Equal(HandshakeVerdict.Accepted, (await JudgeAsync(Member with { ClusterId = null })).Verdict);
        Assert.Equal(HandshakeVerdict.Accepted, (await JudgeAsync(Member with { ClusterId = Theirs }, isFounded: false)).Verdict);
        Assert.Equal(HandshakeVerdict.Accepted, (await JudgeAsync(Member with { Identity = TestPeers.Gateway })).Verdict);

        // The very process that listens: a node whose own address stands among those that it dials.
        Assert.Equal(HandshakeVerdict.Accepted, (await JudgeAsync(Member with { Identity = TestPeers.Node2 })).Verdict);
        Assert.Equal(5, _places);
    }

    [Fact]
    public async Task Server_WithoutAPlace_SaysThatItIsBusy()
    {
        var (verdict, refusal) = await JudgeAsync(Member, hasPlace: false);

        Assert.Equal((HandshakeVerdict.Busy, "busy"), (verdict, refusal?.Reason));
    }

    /// <summary>Each has a verdict of its own, a name in the metric and words in the log, and takes nobody's place.</summary>
    [Theory]
    [InlineData(PeerRole.Node, 3, 1UL, 2, HandshakeVerdict.NotAMember, "member")]
    [InlineData(PeerRole.Node, 2, 23UL, 2, HandshakeVerdict.OwnNode, "identity")]
    [InlineData(PeerRole.Node, 0, 1UL, 2, HandshakeVerdict.IdentityRefused, "identity")]
    [InlineData(PeerRole.Gateway, 1, 1UL, 2, HandshakeVerdict.IdentityRefused, "identity")]
    [InlineData((PeerRole)0, 1, 1UL, 2, HandshakeVerdict.IdentityRefused, "identity")]
    [InlineData((PeerRole)3, 0, 1UL, 2, HandshakeVerdict.IdentityRefused, "identity")]
    [InlineData(PeerRole.Node, 1, 1UL, 3, HandshakeVerdict.OtherNode, "node")]
    [InlineData(PeerRole.Gateway, 0, 1UL, 0, HandshakeVerdict.OtherNode, "node")]
    public async Task Server_PeerThatDoesNotBelongHere_IsRefusedBeforeItTakesAPlace(
        PeerRole role, int node, ulong process, int wanted, object expected, string reason)
    {
        var identity = new PeerIdentity(role, new NodeId(node), process, "peer");
        var (verdict, refusal) = await JudgeAsync(Member with { Identity = identity, Wanted = new NodeId(wanted) });

        Assert.Equal(((HandshakeVerdict)expected, reason), (verdict, refusal?.Reason));
        Assert.Contains($"{role} {node} 'peer'", refusal!.Message, StringComparison.Ordinal);
        Assert.Equal(0, _places);
    }

    [Fact]
    public async Task Server_PeerOfOtherLevelsOrAnotherCluster_IsRefusedBeforeItTakesAPlace()
    {
        var (levels, ofLevels) = await JudgeAsync(Member with { Levels = new FeatureLevels(2, 4) });
        var (cluster, ofCluster) = await JudgeAsync(Member with { ClusterId = Theirs });

        Assert.Equal((HandshakeVerdict.FeatureLevelsRefused, "version"), (levels, ofLevels?.Reason));
        Assert.Equal((HandshakeVerdict.OtherCluster, "cluster"), (cluster, ofCluster?.Reason));
        Assert.Equal(0, _places);
    }

    [Fact]
    public async Task Server_PeerWithoutTheCredential_IsToldNothingThatWasMadeWithIt()
    {
        var (verdict, refusal) = await JudgeAsync(Member, credential: new ClusterCredential(new string('x', 32)));

        Assert.Equal((HandshakeVerdict.CredentialRefused, "credential"), (verdict, refusal?.Reason));
        Assert.Equal(0, _places);
    }

    /// <summary>Shakes hands as a client does, and looks whether verdict and proof belong together.</summary>
    private async Task<(HandshakeVerdict Verdict, HandshakeRefusedException? Refusal)> JudgeAsync(
        Hello client, bool isFounded = true, bool hasPlace = true, ClusterCredential? credential = null)
    {
        var pair = new DuplexPair();
        var local = new LocalPeer(TestPeers.Node2, () => isFounded ? Ours : null, node => node.Value is 1 or 2);
        var serving = ServerHandshake.RunAsync(pair.Server, local, Credential, TakePlace, CancellationToken.None);
        var own = client.Encode();
        var (server, answer) = await Eventually.CompletesAsync(
            PlayAsync(new HandshakeStream(pair.Client)), "the server says its part");
        var verdict = (HandshakeVerdict)answer[0];
        Assert.Equal(
            verdict == HandshakeVerdict.CredentialRefused
                ? new byte[HandshakeProof.Bytes]
                : HandshakeProof.OfServer(Credential, own, server, verdict),
            answer[1..]);
        try
        {
            Assert.Equal(client.Identity, await Eventually.CompletesAsync(serving, "the server ends the handshake"));
            return (verdict, null);
        }
        catch (HandshakeRefusedException exception)
        {
            return (verdict, exception);
        }

        async Task<(byte[] Server, byte[] Answer)> PlayAsync(HandshakeStream stream)
        {
            await stream.WriteAsync(own, CancellationToken.None);
            var (said, _) = await stream.ReadHelloAsync(CancellationToken.None);
            await stream.WriteAsync(HandshakeProof.OfClient(credential ?? Credential, own, said), CancellationToken.None);
            return (said, await stream.ReadAsync(1 + HandshakeProof.Bytes, CancellationToken.None));
        }

        bool TakePlace(PeerIdentity peer)
        {
            Assert.Equal(client.Identity, peer);
            _places++;
            return hasPlace;
        }
    }
}
