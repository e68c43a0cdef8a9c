using System.Diagnostics;
using AspireKv.Cluster.Messages;
using AspireKv.Cluster.Operations;
using AspireKv.Encoding;
using AspireKv.Encoding.Tests;
using AspireKv.Transport.Contracts;
using AspireKv.Transport.Tests.Codec;
using AspireKv.Transport.Tests.Hosting;
using Xunit.Abstractions;

namespace AspireKv.Transport.Tests.Streams;

public sealed class BatchingTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Answers_ToOneBatch_LeaveInOneBatch()
    {
        // While the first message is handled, the others gather at the client; they arrive together and are answered together.
        const int count = 100;
        using var hold = new ManualResetEventSlim();
        using var meters = new TestMeters();
        var handler = new RecordingHandler
        {
            AnswerPeerRequest = (from, request) =>
            {
                if (request.Id.Number == 0)
                {
                    hold.Wait();
                }

                from.Send(Samples.Response(PeerResponseKind.Confirmed) with { Id = request.Id });
            },
        };
        var options = TestPeers.Options();
        options.HeartbeatInterval = TimeSpan.FromMinutes(1);
        options.HeartbeatTimeout = TimeSpan.FromMinutes(2);
        var responses = new RecordingResponses();
        await using var node = await NodeHost.StartAsync(handler, options: options, meters: meters);
        using var factory = TestPeers.Factory(options: options);
        await using var channel = await factory.ConnectAsync(node.EndPoint, responses);
        await Eventually.CompletesAsync(channel.RoundTripAsync(), "the first pings are out of the way");

        Assert.NotEqual(0, channel.TrySend(Confirm(0)));
        await Eventually.TrueAsync(() => handler.PeerRequests.Count == 1, "the first message arrives");
        var received = meters.Count("aspirekv.transport.received");
        for (var i = 1; i < count; i++)
        {
            Assert.NotEqual(0, channel.TrySend(Confirm(i)));
        }

        hold.Set();
        await Eventually.TrueAsync(() => responses.Responses.Count == count, "every message is answered");

        Assert.Equal(Enumerable.Range(0, count), responses.Responses.Select(response => (int)response.Id.Number));
        var arrivals = meters.Count("aspirekv.transport.received") - received;
        Assert.InRange(arrivals, 2, count / 4);
        Assert.InRange(handler.Batches, 2, count / 4);
    }

    [Fact]
    public async Task Value_AtTheHardCap_ArrivesWhole()
    {
        var handler = new RecordingHandler
        {
            AnswerOperation = (from, correlation, request) => from.SendOperationResult(
                correlation,
                Samples.Found with { Entry = SampleValues.Everything with { Value = request.Operation.Value } }),
        };
        await using var node = await NodeHost.StartAsync(handler);
        using var factory = TestPeers.Factory();
        await using var channel = await factory.ConnectAsync(node.EndPoint);
        var value = new byte[ValueLimits.MaxValueBytes];
        new Random(1).NextBytes(value);
        var put = Samples.Operation(OperationKind.Put) with { Timeout = TimeSpan.FromMinutes(1) };
        put = put with { Operation = put.Operation with { Value = value } };

        var reply = await Eventually.CompletesAsync(channel.ExecuteAsync(put, CancellationToken.None).AsTask(), "the value comes back");

        Assert.True(reply.Result.Entry!.Value.Span.SequenceEqual(value));
    }

    [Fact]
    public async Task Execute_ManyAtATime_KeepsUp()
    {
        const int concurrent = 64;
        const int each = 500;
        var handler = new CountingHandler();
        await using var node = await NodeHost.StartAsync(handler);
        using var meters = new TestMeters();
        using var factory = TestPeers.Factory(meters: meters);
        await using var channel = await factory.ConnectAsync(node.EndPoint);
        var request = Samples.Operation(OperationKind.Put) with { Timeout = TimeSpan.FromMinutes(1) };
        request = request with { Operation = request.Operation with { Value = new byte[100] } };

        async Task LoopAsync()
        {
            for (var i = 0; i < each; i++)
            {
                Assert.Equal(Delivery.Answered, (await channel.ExecuteAsync(request, CancellationToken.None)).Delivery);
            }
        }

        var start = TimeProvider.System.GetTimestamp();
        await Eventually.CompletesAsync(
            Task.WhenAll(Enumerable.Range(0, concurrent).Select(_ => LoopAsync())), "every operation is answered");
        var elapsed = TimeProvider.System.GetElapsedTime(start);

        Assert.Equal(concurrent * each, handler.Count);
        var perBatch = meters.Sum("aspirekv.transport.batch.messages") / meters.Count("aspirekv.transport.batch.messages");
        output.WriteLine($"{concurrent * each / elapsed.TotalSeconds:F0} operations/s, {perBatch:F1} messages a batch");
        Assert.True(perBatch > 1, "Concurrent operations share batches.");
    }

    private static PeerRequest Confirm(int number) => Samples.Request(PeerRequestKind.Confirm) with { Id = new RequestId(1, number) };

    private sealed class CountingHandler : IPeerRequestHandler
    {
        public int Count;

        public void OnPeerRequest(IPeerConnection from, PeerRequest request, ActivityContext trace)
        {
        }

        public void OnOperation(IPeerConnection from, long correlation, OperationRequest request)
        {
            Interlocked.Increment(ref Count);
            from.SendOperationResult(correlation, OperationResult.Unknown);
        }
    }
}
