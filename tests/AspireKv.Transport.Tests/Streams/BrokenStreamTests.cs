using System.Collections.Concurrent;
using System.Net;
using AspireKv.Cluster.Messages;
using AspireKv.Cluster.Operations;
using AspireKv.Encoding;
using AspireKv.Transport.Codec;
using AspireKv.Transport.Contracts;
using AspireKv.Transport.Tests.Codec;
using AspireKv.Transport.Tests.Hosting;

namespace AspireKv.Transport.Tests.Streams;

public sealed class BrokenStreamTests
{
    [Fact]
    public async Task Execute_NeverConnected_IsNotSent()
    {
        using var factory = TestPeers.Factory();
        await using var channel = factory.Create(
            TestPeers.Node2.Node, "node2", _ => TestPeers.At(new IPEndPoint(IPAddress.Loopback, 1)));
        channel.Start();

        var reply = await channel.ExecuteAsync(Samples.Operation(OperationKind.Get), CancellationToken.None);

        Assert.Equal(Delivery.NotSent, reply.Delivery);
        Assert.Equal(OperationOutcome.NotApplied, reply.Result.Outcome);
        Assert.Equal(0, channel.TrySend(Samples.Request(PeerRequestKind.Confirm)));
        await Assert.ThrowsAsync<NodeUnreachableException>(() => channel.RoundTripAsync());
    }

    [Fact]
    public async Task Execute_NodeDiesHoldingTheOperation_IsUnknownAndNeverSentAgain()
    {
        var dying = new RecordingHandler();
        var node = await NodeHost.StartAsync(dying);
        using var factory = TestPeers.Factory();
        var responses = new RecordingResponses();
        await using var channel = await factory.ConnectAsync(node.EndPoint, responses);
        var reply = channel.ExecuteAsync(Samples.Operation(OperationKind.Delete), CancellationToken.None).AsTask();
        await Eventually.TrueAsync(() => dying.Operations.Count == 1, "the operation arrives");

        await node.DisposeAsync();

        Assert.Equal(Delivery.Unknown, (await Eventually.CompletesAsync(reply, "the operation ends with its stream")).Delivery);
        var revived = new RecordingHandler
        {
            AnswerOperation = (from, correlation, _) => from.SendOperationResult(correlation, Samples.Found),
        };
        await using var again = await NodeHost.StartAsync(revived, node.EndPoint.Port);
        await Eventually.TrueAsync(() => channel.IsConnected, "the channel reconnects");
        var next = await Eventually.CompletesAsync(
            channel.ExecuteAsync(Samples.Operation(OperationKind.Get), CancellationToken.None).AsTask(), "the next operation is answered");

        Assert.Equal(Delivery.Answered, next.Delivery);
        Assert.Equal(OperationKind.Get, Assert.Single(revived.Operations).Operation.Kind);
        Assert.Equal(2, responses.Connects);
        Assert.Equal(1, responses.Disconnects);
    }

    [Fact]
    public async Task Execute_StreamBreaksWithAFullSocket_TellsTheSentFromTheUnsent()
    {
        // The node's read loop is held, so the socket fills and batches stay behind; then the stream is cut.
        using var hold = new ManualResetEventSlim();
        var handler = new RecordingHandler { AnswerOperation = (_, _, _) => hold.Wait() };
        await using var node = await NodeHost.StartAsync(handler);
        using var factory = TestPeers.Factory();
        var channel = await factory.ConnectAsync(node.EndPoint);
        var put = Samples.Operation(OperationKind.Put);
        put = put with { Operation = put.Operation with { Value = new byte[1024 * 1024] }, Timeout = TimeSpan.FromMinutes(1) };
        var replies = new List<Task<OperationReply>> { channel.ExecuteAsync(put, CancellationToken.None).AsTask() };
        await Eventually.TrueAsync(() => handler.Operations.Count == 1, "the first operation arrives");
        while (replies.Count < 128 && !replies[^1].IsCompleted)
        {
            replies.Add(channel.ExecuteAsync(put, CancellationToken.None).AsTask());
        }

        Assert.Equal(Delivery.NotSent, (await replies[^1]).Delivery);
        Assert.Equal(NotAppliedReason.Overloaded, (await replies[^1]).Result.Reason);
        await Eventually.CompletesAsync(channel.DisposeAsync().AsTask(), "the channel closes with its sender stuck");
        hold.Set();

        var ended = await Eventually.CompletesAsync(Task.WhenAll(replies), "every operation ends");
        var deliveries = ended.Select(reply => reply.Delivery).ToList();
        Assert.Equal(Delivery.Unknown, deliveries[0]);
        var sent = deliveries.TakeWhile(delivery => delivery == Delivery.Unknown).Count();
        Assert.All(deliveries.Skip(sent), delivery => Assert.Equal(Delivery.NotSent, delivery));
        Assert.InRange(handler.Operations.Count, 1, sent);
    }

    [Fact]
    public async Task Execute_NoAnswerInTime_IsUnknown()
    {
        var handler = new RecordingHandler();
        await using var node = await NodeHost.StartAsync(handler);
        using var factory = TestPeers.Factory();
        await using var channel = await factory.ConnectAsync(node.EndPoint);
        var operation = Samples.Operation(OperationKind.Put) with { Timeout = TimeSpan.FromMilliseconds(50) };

        var reply = await Eventually.CompletesAsync(
            channel.ExecuteAsync(operation, CancellationToken.None).AsTask(), "the operation's time passes");

        Assert.Equal(Delivery.Unknown, reply.Delivery);
        Assert.True(channel.IsConnected);
    }

    [Fact]
    public async Task Execute_Cancelled_IsUnknownAndALateAnswerHurtsNobody()
    {
        var answers = new ConcurrentQueue<Action>();
        var handler = new RecordingHandler
        {
            AnswerOperation = (from, correlation, _) => answers.Enqueue(() => from.SendOperationResult(correlation, Samples.Found)),
        };
        await using var node = await NodeHost.StartAsync(handler);
        using var factory = TestPeers.Factory();
        await using var channel = await factory.ConnectAsync(node.EndPoint);
        using var cancellation = new CancellationTokenSource();
        var reply = channel.ExecuteAsync(Samples.Operation(OperationKind.Put), cancellation.Token).AsTask();
        await Eventually.TrueAsync(() => answers.Count == 1, "the operation arrives");

        await cancellation.CancelAsync();

        Assert.Equal(Delivery.Unknown, (await Eventually.CompletesAsync(reply, "the wait ends")).Delivery);
        Assert.True(answers.TryDequeue(out var answer));
        answer();
        await Eventually.CompletesAsync(channel.RoundTripAsync(), "the stream still works");
        Assert.True(channel.IsConnected);
    }

    [Fact]
    public async Task Execute_AnswerThatCannotBeRead_IsUnknown()
    {
        // The writer leaves it to the program what an outcome is; the reader does not.
        var handler = new RecordingHandler
        {
            AnswerOperation = (from, correlation, _) => from.SendOperationResult(
                correlation, Samples.Found with { Outcome = OperationOutcome.Unknown + 1 }),
        };
        await using var node = await NodeHost.StartAsync(handler);
        using var factory = TestPeers.Factory();
        await using var channel = await factory.ConnectAsync(node.EndPoint);

        var reply = await Eventually.CompletesAsync(
            channel.ExecuteAsync(Samples.Operation(OperationKind.Get), CancellationToken.None).AsTask(), "the operation ends");

        Assert.Equal(Delivery.Unknown, reply.Delivery);
    }

    /// <summary>On its way it would only become an operation of unknown outcome.</summary>
    [Fact]
    public async Task Execute_WhatWouldNotLeaveInItsTime_IsNotSentAsOverloaded()
    {
        using var hold = new ManualResetEventSlim();
        var handler = new RecordingHandler { AnswerOperation = (_, _, _) => hold.Wait() };
        await using var node = await NodeHost.StartAsync(handler);
        using var meters = new TestMeters();
        using var factory = TestPeers.Factory(meters: meters);
        await using var channel = await factory.ConnectAsync(node.EndPoint);
        var put = Samples.Operation(OperationKind.Put);
        put = put with { Operation = put.Operation with { Value = new byte[1024 * 1024] }, Timeout = TimeSpan.FromMinutes(1) };

        // Half of what the send buffer takes, behind a node that reads nothing.
        var waiting = Enumerable.Range(0, 32).Select(_ => channel.ExecuteAsync(put, CancellationToken.None).AsTask()).ToList();
        var late = channel.ExecuteAsync(put with { Timeout = TimeSpan.FromMilliseconds(100) }, CancellationToken.None);
        var small = channel.ExecuteAsync(
            Samples.Operation(OperationKind.Get) with { Timeout = TimeSpan.FromMinutes(1) }, CancellationToken.None);

        Assert.True(late.IsCompleted);
        var reply = await late;
        Assert.Equal((Delivery.NotSent, NotAppliedReason.Overloaded), (reply.Delivery, reply.Result.Reason));
        Assert.Equal(1, meters.Sum("aspirekv.transport.messages.dropped"));
        Assert.All(waiting, wait => Assert.False(wait.IsCompleted));
        Assert.False(small.IsCompleted);
        hold.Set();
    }

    [Fact]
    public async Task Execute_TooManyOutstanding_IsNotSentAsOverloaded()
    {
        var options = TestPeers.Options();
        options.MaxOutstandingRequests = 2;
        await using var node = await NodeHost.StartAsync(new RecordingHandler());
        using var factory = TestPeers.Factory(options: options);
        await using var channel = await factory.ConnectAsync(node.EndPoint);
        var get = Samples.Operation(OperationKind.Get);
        var waiting = Enumerable.Range(0, 2).Select(_ => channel.ExecuteAsync(get, CancellationToken.None)).ToList();

        var reply = await channel.ExecuteAsync(Samples.Operation(OperationKind.Get), CancellationToken.None);

        Assert.Equal((Delivery.NotSent, NotAppliedReason.Overloaded), (reply.Delivery, reply.Result.Reason));
        Assert.All(waiting, wait => Assert.False(wait.IsCompleted));
    }

    [Fact]
    public async Task Execute_MessageOverABound_ThrowsAndLeavesTheStreamWhole()
    {
        var handler = new RecordingHandler
        {
            AnswerOperation = (from, correlation, _) => from.SendOperationResult(correlation, Samples.Found),
        };
        await using var node = await NodeHost.StartAsync(handler);
        using var factory = TestPeers.Factory();
        await using var channel = await factory.ConnectAsync(node.EndPoint);
        var put = Samples.Operation(OperationKind.Put);
        var tooLong = put with { Operation = put.Operation with { Value = new byte[ValueLimits.MaxValueBytes + 1] } };

        await Assert.ThrowsAsync<ArgumentException>(async () => await channel.ExecuteAsync(tooLong, CancellationToken.None));

        var reply = await Eventually.CompletesAsync(
            channel.ExecuteAsync(put, CancellationToken.None).AsTask(), "the next operation is answered");
        Assert.Equal(Delivery.Answered, reply.Delivery);
        Assert.Single(handler.Operations);
    }

    [Fact]
    public async Task Channel_NodeStopsAnsweringPings_GivesTheConnectionUp()
    {
        using var hold = new ManualResetEventSlim();
        var options = TestPeers.Options();
        options.HeartbeatTimeout = TimeSpan.FromSeconds(2);
        var lines = new ConcurrentQueue<string>();
        var handler = new RecordingHandler { AnswerOperation = (_, _, _) => hold.Wait() };
        await using var node = await NodeHost.StartAsync(handler);
        using var factory = TestPeers.Factory(options: options, lines: lines);
        await using var channel = await factory.ConnectAsync(node.EndPoint);

        var patient = Samples.Operation(OperationKind.Get) with { Timeout = TimeSpan.FromMinutes(1) };
        var reply = await Eventually.CompletesAsync(
            channel.ExecuteAsync(patient, CancellationToken.None).AsTask(),
            "the operation ends with its connection");
        hold.Set();

        Assert.Equal(Delivery.Unknown, reply.Delivery);
        await Eventually.TrueAsync(
            () => lines.Any(line => line.StartsWith("3007", StringComparison.Ordinal)), "the silence is logged");
    }

    /// <summary>Buffers between the two may hold megabytes that neither sees: a ping behind them is late as they are.</summary>
    [Fact]
    public async Task TimeToSend_PingsStayAway_GrowsForLargeMessages()
    {
        using var hold = new ManualResetEventSlim();
        var handler = new RecordingHandler { AnswerOperation = (_, _, _) => hold.Wait() };
        await using var node = await NodeHost.StartAsync(handler);
        using var factory = TestPeers.Factory();
        await using var channel = await factory.ConnectAsync(node.EndPoint);

        var execution = channel.ExecuteAsync(Samples.Operation(OperationKind.Get), CancellationToken.None);
        await Eventually.TrueAsync(
            () => channel.TimeToSend(WireLimits.SmallMessageBytes + 1) > TimeSpan.FromMilliseconds(300), "a ping is away for 300 ms");
        Assert.Equal(TimeSpan.Zero, channel.TimeToSend(WireLimits.SmallMessageBytes));

        hold.Set();
        await Eventually.TrueAsync(
            () => channel.TimeToSend(WireLimits.SmallMessageBytes + 1) < TimeSpan.FromMilliseconds(300), "pings are quick again");
        await execution;
    }

    [Fact]
    public async Task Execute_NodeStopsAnsweringPings_EndsUnknownBeforeTheConnectionDoes()
    {
        using var hold = new ManualResetEventSlim();
        var options = TestPeers.Options();
        options.AnswerTimeout = TimeSpan.FromSeconds(1);
        var handler = new RecordingHandler { AnswerOperation = (_, _, _) => hold.Wait() };
        await using var node = await NodeHost.StartAsync(handler);
        using var factory = TestPeers.Factory(options: options);
        await using var channel = await factory.ConnectAsync(node.EndPoint);

        var patient = Samples.Operation(OperationKind.Put) with { Timeout = TimeSpan.FromMinutes(1) };
        var reply = await Eventually.CompletesAsync(
            channel.ExecuteAsync(patient, CancellationToken.None).AsTask(),
            "the operation ends although its time is not over");

        Assert.Equal(Delivery.Unknown, reply.Delivery);
        Assert.True(channel.IsConnected);

        // A question that is asked while the node is still silent ends with the next look, as the operation did.
        var silentSince = channel.LastHeard;
        hold.Set();
        await Eventually.TrueAsync(() => channel.LastHeard != silentSince, "the node is heard again");
        await Eventually.CompletesAsync(channel.RoundTripAsync(), "the stream works again");
    }
}
