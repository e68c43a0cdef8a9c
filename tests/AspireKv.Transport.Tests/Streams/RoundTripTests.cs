using AspireKv.Cluster.Membership;
using AspireKv.Cluster.Messages;
using AspireKv.Cluster.Operations;
using AspireKv.Encoding.Tests;
using AspireKv.Transport.Contracts;
using AspireKv.Transport.Questions;
using AspireKv.Transport.Tests.Codec;
using AspireKv.Transport.Tests.Hosting;

namespace AspireKv.Transport.Tests.Streams;

public sealed class RoundTripTests
{
    [Fact]
    public async Task Execute_NodeAnswers_GivesItsResult()
    {
        var handler = new RecordingHandler
        {
            AnswerOperation = (from, correlation, _) => from.SendOperationResult(correlation, Samples.Found),
        };
        await using var node = await NodeHost.StartAsync(handler);
        using var factory = TestPeers.Factory(TestPeers.Gateway);
        await using var channel = await factory.ConnectAsync(node.EndPoint);

        var request = Samples.Operation(OperationKind.Put, ConditionKind.RevisionIsOneOf);
        var reply = await Eventually.CompletesAsync(
            channel.ExecuteAsync(request, CancellationToken.None).AsTask(), "the operation is answered");

        Assert.Equal(Delivery.Answered, reply.Delivery);
        Assert.Equal(Samples.Found, reply.Result);
        var arrived = Assert.Single(handler.Operations);
        Assert.Equal(request.Operation.Key, arrived.Operation.Key);
        Assert.Equal(request.Operation.Value.ToArray(), arrived.Operation.Value.ToArray());
        Assert.Equal(request.AccessToken.ToArray(), arrived.AccessToken.ToArray());
        Assert.Equal(request.Timeout, arrived.Timeout);
        Assert.Equal(request.Trace, arrived.Trace);
        Assert.Equal(request.HopCount, arrived.HopCount);
        Assert.Equal(TestPeers.Gateway, handler.Connected.Single().Identity);
        Assert.Equal(TestPeers.Node2, channel.RemoteIdentity);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task TrySend_ManyMessages_ArriveAndAreAnsweredInOrder(bool inline)
    {
        const int count = 10_000;
        var options = TestPeers.Options();
        options.UnsafePreferInlineScheduling = inline;
        options.UnsafeInlineContinuations = inline;
        var handler = new RecordingHandler
        {
            AnswerPeerRequest = (from, request) => from.Send(Samples.Response(PeerResponseKind.Accepted) with { Id = request.Id }),
        };
        var responses = new RecordingResponses();
        await using var node = await NodeHost.StartAsync(handler);
        using var factory = TestPeers.Factory(options: options);
        await using var channel = await factory.ConnectAsync(node.EndPoint, responses);

        var expected = Enumerable.Range(0, count).Select(number => new RequestId(1, number)).ToList();
        foreach (var id in expected)
        {
            var trace = id.Number == 3 ? Samples.Trace : default;
            Assert.NotEqual(0, channel.TrySend(Samples.Request(PeerRequestKind.Accept) with { Id = id }, trace));
        }

        await Eventually.TrueAsync(() => responses.Responses.Count == count, "every message is answered");
        Assert.Equal(expected, handler.PeerRequests.Select(received => received.Request.Id));
        Assert.Equal(expected, responses.Responses.Select(response => response.Id));
        Assert.Equal(Samples.Trace, handler.PeerRequests.ElementAt(3).Trace);
        Assert.Equal(default, handler.PeerRequests.ElementAt(4).Trace);
        Assert.InRange(handler.Batches, 1, count);
    }

    [Fact]
    public async Task Questions_NodeAnswers_GiveItsAnswers()
    {
        var handler = new RecordingHandler
        {
            AnswerStatus = asked => asked.Answer(Samples.Status),
            AnswerFounding = asked => asked.Answer(new FoundingResponse(asked.Ask.Sender, SampleValues.Founding)),
        };
        await using var node = await NodeHost.StartAsync(handler);
        using var factory = TestPeers.Factory();
        await using var channel = await factory.ConnectAsync(node.EndPoint);

        var status = await Eventually.CompletesAsync(
            channel.AskAsync(PeerQuestions.Status, default, CancellationToken.None), "the status comes");
        var founding = await Eventually.CompletesAsync(
            channel.AskAsync(PeerQuestions.Founding, new FoundingRequest(SampleValues.Founding.Members[0], null), CancellationToken.None),
            "the founding answer comes");
        await Eventually.TrueAsync(() => channel.LastRoundTripTime is not null, "the first ping is answered");

        Assert.Equal(Samples.Status.Self, status.Self);
        Assert.Equal(Samples.Status.Peers, status.Peers);
        Assert.Equal(SampleValues.Founding.Members[0], founding.Responder);
        Assert.Equal(SampleValues.Founding.ClusterId, founding.Record!.ClusterId);
        Assert.NotNull(channel.LastHeard);
        Assert.InRange(channel.LastRoundTripTime!.Value, TimeSpan.Zero, TimeSpan.FromSeconds(20));
    }
}
