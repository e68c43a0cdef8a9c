using AspireKv.Cluster.Messages;
using AspireKv.Cluster.Operations;
using AspireKv.Transport.Contracts;
using AspireKv.Transport.Handshake;
using AspireKv.Transport.Tests.Codec;
using AspireKv.Transport.Tests.Hosting;

namespace AspireKv.Transport.Tests.Streams;

/// <summary>A server that is about to stop sends its peers away, and owes nobody an answer when it ends.</summary>
public sealed class GoAwayTests
{
    [Fact]
    public async Task Channel_SentAway_GivesTheNodeNothingMoreAndStaysForItsAnswer()
    {
        IPeerConnection? asking = null;
        var handler = new RecordingHandler { AnswerOperation = (from, _, _) => asking = from };
        await using var node = await NodeHost.StartAsync(handler);
        using var factory = TestPeers.Factory();
        await using var channel = await factory.ConnectAsync(node.EndPoint);
        var reply = channel.ExecuteAsync(Samples.Operation(OperationKind.Put), CancellationToken.None).AsTask();
        await Eventually.TrueAsync(() => asking is not null, "the operation arrives");

        node.ConnectionHandler.GoAway();

        await Eventually.TrueAsync(() => !channel.IsConnected, "the channel takes the node for gone");
        Assert.Equal(0, channel.Link);
        Assert.Equal(0, channel.TrySend(Samples.Request(PeerRequestKind.Confirm)));
        var next = await channel.ExecuteAsync(Samples.Operation(OperationKind.Put), CancellationToken.None);
        Assert.Equal(Delivery.NotSent, next.Delivery);
        for (var heard = 0; heard < 3; heard++)
        {
            var last = channel.LastHeard;
            await Eventually.TrueAsync(() => channel.LastHeard != last, "a ping is answered on the old connection");
        }

        Assert.False(reply.IsCompleted);
        asking!.SendOperationResult(1, Samples.Found);
        Assert.Equal(Delivery.Answered, (await Eventually.CompletesAsync(reply, "the operation is answered")).Delivery);
        await Eventually.TrueAsync(() => node.ConnectionHandler.Connections.Count == 0, "the channel ends the connection");
        Assert.Single(handler.Operations);
    }

    /// <summary>Nobody counts what replicas are asked, so a channel stays for an interval.</summary>
    [Fact]
    public async Task Channel_SentAway_StaysForTheAnswerOfAReplica()
    {
        IPeerConnection? asking = null;
        var handler = new RecordingHandler { AnswerPeerRequest = (from, _) => asking = from };
        var options = TestPeers.Options();
        options.HeartbeatInterval = TimeSpan.FromMilliseconds(500);
        await using var node = await NodeHost.StartAsync(handler);
        using var factory = TestPeers.Factory(options: options);
        var responses = new RecordingResponses();
        await using var channel = await factory.ConnectAsync(node.EndPoint, responses);
        Assert.NotEqual(0, channel.TrySend(Samples.Request(PeerRequestKind.Confirm)));
        await Eventually.TrueAsync(() => asking is not null, "the request arrives");

        node.ConnectionHandler.GoAway();
        await Eventually.TrueAsync(() => !channel.IsConnected, "the channel takes the node for gone");
        asking!.Send(Samples.Response(PeerResponseKind.Confirmed));

        await Eventually.TrueAsync(() => responses.Responses.Count == 1, "the answer arrives");
        await Eventually.TrueAsync(() => node.ConnectionHandler.Connections.Count == 0, "the channel ends the connection");
    }

    [Fact]
    public async Task Server_GoingAway_TakesNoOtherConnection()
    {
        await using var node = await NodeHost.StartAsync(new RecordingHandler());
        using var factory = TestPeers.Factory();
        node.ConnectionHandler.GoAway();

        await using var channel = factory.StartChannel(node.EndPoint);

        await Eventually.TrueAsync(
            () => node.Lines.Any(line => line.Contains("is about to stop", StringComparison.Ordinal)),
            "an attempt is refused with the reason");
        Assert.Empty(node.ConnectionHandler.Connections);
        Assert.False(channel.IsConnected);
    }

    [Fact]
    public async Task GoAway_HasItsBytes()
    {
        await using var node = await NodeHost.StartAsync(new RecordingHandler());
        using var peer = await RawPeer.AuthenticateAsync(node.EndPoint);
        await Eventually.TrueAsync(() => node.ConnectionHandler.Connections.Count == 1, "the connection is served");

        node.ConnectionHandler.GoAway();

        Assert.Equal("0D0000000000000000000000010000000D", Convert.ToHexString(await peer.ReadAsync(17)));
    }

    /// <summary>Between the look at the door and the end of the handshake the node began to stop.</summary>
    [Fact]
    public async Task GoAway_WhileAHandshakeIsUnderWay_IsSaidAfterIt()
    {
        await using var node = await NodeHost.StartAsync(new RecordingHandler());
        using var peer = await RawPeer.ConnectAsync(node.EndPoint);
        await peer.ShakeHandsAsync(RawPeer.HelloOf(TestPeers.Node1), meanwhile: node.ConnectionHandler.GoAway);

        Assert.Equal("0D0000000000000000000000010000000D", Convert.ToHexString(await peer.ReadAsync(17)));
    }

    [Fact]
    public async Task Server_Stopping_DoesNotWaitForAHandshake()
    {
        var options = TestPeers.Options();
        options.HandshakeTimeout = TimeSpan.FromMinutes(1);
        await using var node = await NodeHost.StartAsync(new RecordingHandler(), options: options);
        using var stranger = await RawPeer.ConnectAsync(node.EndPoint);
        await stranger.Stream.WriteAsync(Hello.Create(new LocalPeer(TestPeers.Node1, () => null), TestPeers.Node2.Node).Encode());
        await stranger.ReadHelloAsync();

        await Eventually.CompletesAsync(node.StopAsync(), "the server stops with a handshake under way");
    }
}
