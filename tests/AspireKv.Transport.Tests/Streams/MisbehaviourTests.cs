using System.Collections.Concurrent;
using AspireKv.Cluster.Keys;
using AspireKv.Cluster.Messages;
using AspireKv.Cluster.Operations;
using AspireKv.Encoding;
using AspireKv.Encoding.Tests;
using AspireKv.Transport.Codec;
using AspireKv.Transport.Contracts;
using AspireKv.Transport.Frames;
using AspireKv.Transport.Questions;
using AspireKv.Transport.Tests.Codec;
using AspireKv.Transport.Tests.Hosting;

namespace AspireKv.Transport.Tests.Streams;

public sealed class MisbehaviourTests
{
    [Theory]
    [InlineData("ffffff7f")]
    [InlineData("ffffffff")]
    [InlineData("00000000")]
    [InlineData("080000000000000000000000")]
    [InlineData("0d0000000000000000000000ffffff7f01")]
    [InlineData("0e0000000000000000000000020000000101")]
    [InlineData("0d000000000000000000000001000000ee")]
    [InlineData("0d00000000000000000000000100000007")]
    [InlineData("0d0000000000000000000000010000000b")]
    [InlineData("0d0000000000000000000000010000000d")]
    public async Task Server_GarbageAfterTheHandshake_ClosesOnlyThatConnection(string hex)
    {
        var handler = new RecordingHandler
        {
            AnswerOperation = (from, correlation, _) => from.SendOperationResult(correlation, Samples.Found),
        };
        await using var node = await NodeHost.StartAsync(handler);
        using var factory = TestPeers.Factory();
        await using var channel = await factory.ConnectAsync(node.EndPoint);
        using var peer = await RawPeer.AuthenticateAsync(node.EndPoint, TestPeers.Gateway);

        await peer.Stream.WriteAsync(Convert.FromHexString(hex));

        await peer.IsClosedAsync();
        await Eventually.TrueAsync(
            () => node.Lines.Any(line => line.StartsWith("3053", StringComparison.Ordinal)),
            "the server says why it closed the connection");
        var reply = await Eventually.CompletesAsync(
            channel.ExecuteAsync(Samples.Operation(OperationKind.Get), CancellationToken.None).AsTask(),
            "the other connection still works");
        Assert.Equal(Delivery.Answered, reply.Delivery);
    }

    [Fact]
    public async Task Server_PeerRequestOfAGateway_IsRefused()
    {
        var handler = new RecordingHandler();
        await using var node = await NodeHost.StartAsync(handler);
        using var factory = TestPeers.Factory(TestPeers.Gateway);
        var responses = new RecordingResponses();
        await using var channel = await factory.ConnectAsync(node.EndPoint, responses);

        Assert.Equal(channel.Link, channel.TrySend(Samples.Request(PeerRequestKind.Prepare)));

        await Eventually.TrueAsync(() => responses.Disconnects == 1, "the connection is closed");
        await Eventually.TrueAsync(
            () => node.Lines.Any(line => line.Contains("A Gateway may not send a PeerRequest", StringComparison.Ordinal)),
            "the server says why");
        Assert.Empty(handler.PeerRequests);
    }

    [Fact]
    public async Task Server_HandlerThrows_ClosesTheConnectionAndLogsIt()
    {
        var handler = new RecordingHandler { AnswerStatus = _ => throw new InvalidOperationException("Deliberate.") };
        await using var node = await NodeHost.StartAsync(handler);
        using var factory = TestPeers.Factory();
        await using var channel = await factory.ConnectAsync(node.EndPoint);

        await Assert.ThrowsAsync<NodeUnreachableException>(
            () => Eventually.CompletesAsync(
                channel.AskAsync(PeerQuestions.Status, default, CancellationToken.None), "the question ends with its connection"));

        await Eventually.TrueAsync(
            () => node.Lines.Any(line => line.StartsWith("3054", StringComparison.Ordinal)), "the failure is logged");
        await Eventually.TrueAsync(() => channel.IsConnected, "the channel reconnects");
    }

    [Fact]
    public async Task Server_PeerThatReadsNothing_LosesItsConnectionAtTheBound()
    {
        var options = TestPeers.Options();
        options.MaxSendBufferBytes = 256 * 1024;
        var result = Samples.Found with { Entry = SampleValues.Everything with { Value = new byte[64 * 1024] } };
        var handler = new RecordingHandler
        {
            AnswerOperation = (from, correlation, _) => from.SendOperationResult(correlation, result),
        };
        await using var node = await NodeHost.StartAsync(handler, options: options);
        using var peer = await RawPeer.AuthenticateAsync(node.EndPoint, TestPeers.Gateway);
        var frame = Frame(MessageKind.Operation, writer =>
        {
            writer.WriteNumber(1);
            OperationCodec.Write(writer, Samples.Operation(OperationKind.Get));
        });

        // Far more answers than the sockets of both sides can hold, and none is read.
        var writing = Task.Run(async () =>
        {
            try
            {
                for (var i = 0; i < 100_000; i++)
                {
                    await peer.Stream.WriteAsync(frame);
                }
            }
            catch (IOException)
            {
                // Closed, as it should be.
            }
        });

        await Eventually.TrueAsync(() => handler.Disconnected == 1, "the server drops the connection");
        await Eventually.CompletesAsync(writing, "the peer notices");
        await Eventually.TrueAsync(
            () => node.Lines.Any(line => line.Contains("does not read its answers", StringComparison.Ordinal)), "the server says why");
    }

    [Fact]
    public async Task Server_BurstOfLargeAnswers_AnswersAllAndKeepsTheConnection()
    {
        const int count = 400;
        var options = TestPeers.Options();
        options.MaxSendBufferBytes = 1024 * 1024;
        var result = Samples.Found with { Entry = SampleValues.Everything with { Value = new byte[64 * 1024] } };
        var asked = new ConcurrentQueue<(IPeerConnection From, long Correlation)>();
        var handler = new RecordingHandler { AnswerOperation = (from, correlation, _) => asked.Enqueue((from, correlation)) };
        await using var node = await NodeHost.StartAsync(handler, options: options);
        using var factory = TestPeers.Factory();
        await using var channel = await factory.ConnectAsync(node.EndPoint);
        var get = Samples.Operation(OperationKind.Get) with { Timeout = TimeSpan.FromMinutes(1) };
        var replies = Enumerable.Range(0, count).Select(_ => channel.ExecuteAsync(get, CancellationToken.None).AsTask()).ToArray();
        await Eventually.TrueAsync(() => asked.Count == count, "every question arrives");

        // One round confirmed them all: they are answered at once.
        foreach (var (from, correlation) in asked)
        {
            from.SendOperationResult(correlation, result);
        }

        var answered = await Eventually.CompletesAsync(Task.WhenAll(replies), "every question is answered");
        var results = answered.Select(reply => reply.Result).ToList();
        var found = results.Count(reply => reply.Outcome == OperationOutcome.Found);
        Assert.Equal(
            count - found,
            results.Count(reply => reply is { Outcome: OperationOutcome.NotApplied, Reason: NotAppliedReason.Overloaded }));
        Assert.InRange(found, 16, count - 1);
        Assert.True(channel.IsConnected);
        Assert.Equal(0, handler.Disconnected);
    }

    /// <summary>
    /// A peer that takes its answers more slowly than it asks for them gets those that arrive in its time; what would arrive later makes
    /// room for them. Of 64 MiB the sockets hold a few, and 5 MiB a second are assumed for what waits behind that.
    /// </summary>
    [Fact]
    public async Task Server_ValuesThatWouldArriveWhenNobodyWaits_AreRefusedAsOverloaded()
    {
        const int count = 64;
        var options = TestPeers.Options();
        options.MaxSendBufferBytes = 256 * 1024 * 1024;
        var result = Samples.Found with { Entry = SampleValues.Everything with { Value = new byte[1024 * 1024] } };
        using var meters = new TestMeters();
        var answered = 0;
        var handler = new RecordingHandler
        {
            AnswerOperation = (from, correlation, request) =>
            {
                from.SendOperationResult(correlation, result, within: request.Timeout);
                Interlocked.Increment(ref answered);
            },
        };
        await using var node = await NodeHost.StartAsync(handler, options: options, meters: meters);
        using var peer = await RawPeer.AuthenticateAsync(node.EndPoint, TestPeers.Gateway);
        var frame = Frame(MessageKind.Operation, writer =>
        {
            writer.WriteNumber(1);
            OperationCodec.Write(writer, Samples.Operation(OperationKind.Get) with { Timeout = TimeSpan.FromSeconds(1) });
        });

        for (var i = 0; i < count; i++)
        {
            await peer.Stream.WriteAsync(frame);
        }

        await Eventually.TrueAsync(() => answered == count, "every read is answered");
        Assert.InRange(meters.Sum("aspirekv.transport.messages.dropped"), count / 2, count - 1);
    }

    /// <summary>Nobody asks twice over a stream that is up: an answer that finds no room must not be missing without a word.</summary>
    [Theory]
    [InlineData(PeerResponseKind.ReadResult)]
    [InlineData(PeerResponseKind.KeysListed)]
    public async Task Server_AnswersOfAReplicaThatFindNoRoom_AreSaidToBeMissing(PeerResponseKind kind)
    {
        const int count = 400;
        var options = TestPeers.Options();
        options.MaxSendBufferBytes = 1024 * 1024;
        var found = Samples.Response(kind);
        found = kind == PeerResponseKind.ReadResult
            ? found with { Entry = SampleValues.Everything with { Value = new byte[64 * 1024] } }
            : found with { Page = new KeyPage([.. LongKeys(64).Select(key => new ListedKey(key, SampleValues.Stamp))], default) };
        var asked = new ConcurrentQueue<(IPeerConnection From, RequestId Id)>();
        var handler = new RecordingHandler { AnswerPeerRequest = (from, request) => asked.Enqueue((from, request.Id)) };
        await using var node = await NodeHost.StartAsync(handler, options: options);
        using var factory = TestPeers.Factory();
        var answers = new RecordingResponses();
        await using var channel = await factory.ConnectAsync(node.EndPoint, answers);
        for (var i = 0; i < count; i++)
        {
            Assert.NotEqual(0, channel.TrySend(Samples.Request(PeerRequestKind.Read) with { Id = new RequestId(1, i) }));
        }

        await Eventually.TrueAsync(() => asked.Count == count, "every question arrives");
        foreach (var (from, id) in asked)
        {
            from.Send(found with { Id = id });
        }

        await Eventually.TrueAsync(() => answers.Responses.Count == count, "every question is answered or said not to be");
        Assert.Equal(count, answers.Responses.Select(response => response.Id.Number).Distinct().Count());
        Assert.InRange(answers.Responses.Count(response => response.Kind == PeerResponseKind.Unanswered), 1, count - 16);
        Assert.Equal(0, handler.Disconnected);
    }

    [Fact]
    public async Task Server_PeerThatSaysNothing_LosesItsConnectionAfterAWhile()
    {
        var options = TestPeers.Options();
        options.ServerIdleTimeout = TimeSpan.FromMilliseconds(200);
        var handler = new RecordingHandler();
        await using var node = await NodeHost.StartAsync(handler, options: options);
        using var peer = await RawPeer.AuthenticateAsync(node.EndPoint);

        await peer.IsClosedAsync();
        await Eventually.TrueAsync(
            () => node.Lines.Any(line => line.Contains("nothing arrived from it for too long", StringComparison.Ordinal)),
            "the server says why");
    }

    [Fact]
    public async Task Server_FrameInSmallPieces_IsPutTogether()
    {
        var handler = new RecordingHandler();
        await using var node = await NodeHost.StartAsync(handler);
        using var peer = await RawPeer.AuthenticateAsync(node.EndPoint);
        var accept = Samples.Request(PeerRequestKind.Accept);
        var frame = Frame(MessageKind.PeerRequest, writer => PeerRequestCodec.Write(writer, accept, default));

        foreach (var value in frame)
        {
            await peer.Stream.WriteAsync((byte[])[value]);
        }

        await Eventually.TrueAsync(() => handler.PeerRequests.Count == 1, "the message arrives");
        Assert.Equal(SampleValues.Everything, handler.PeerRequests.Single().Request.Entry);
    }

    /// <summary>So many of the longest keys, in order.</summary>
    private static IEnumerable<StoreKey> LongKeys(int count) => Enumerable.Range(0, count)
        .Select(i => StoreKey.Create("default", [(byte)i, .. new byte[StoreKey.MaxKeyBytes - 1]]));

    private static byte[] Frame(MessageKind kind, Action<ByteWriter> write) => WireMessages.Frame(kind, WireMessages.Encode(write));
}
