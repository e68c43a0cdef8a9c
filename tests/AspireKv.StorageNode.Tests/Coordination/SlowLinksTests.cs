using AspireKv.Cluster.Keys;
using AspireKv.Cluster.Messages;
using AspireKv.Cluster.Operations;
using AspireKv.Cluster.Topology;
using AspireKv.StorageNode.Coordination;
using AspireKv.StorageNode.Partitions;
using AspireKv.StorageNode.Tests.World;
using AspireKv.Transport.Contracts;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Polly.Registry;
using Xunit.Abstractions;

namespace AspireKv.StorageNode.Tests.Coordination;

/// <summary>
/// A coordinator whose links to both other replicas are slow, and clients that write more than they carry: a real engine, real streams, and
/// replicas that agree to everything. It measures, in real time, and other tests beside it would be measured with it.
/// </summary>
[Trait("Category", "Soak")]
public sealed class SlowLinksTests(ITestOutputHelper output)
{
    private const int MiB = 1024 * 1024;
    private const int BytesPerSecond = 4 * MiB;
    private const int LargeClients = 20;

    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();
    private readonly List<OperationResult> _large = [];
    private readonly List<(OperationResult Result, TimeSpan Took)> _small = [];
    private volatile bool _isOver;

    /// <summary>The limits are generous: the machine that runs this may have much else to do. What was measured is in the output.</summary>
    [Fact]
    public async Task Writes_OfMoreThanTheLinksCarry_AreCarriedAtTheirRateAndRefusedBeyondIt()
    {
        await using var two = await RemoteReplica.StartAsync(new NodeId(2));
        await using var three = await RemoteReplica.StartAsync(new NodeId(3));
        await using var toTwo = new SlowLink(two.EndPoint, BytesPerSecond);
        await using var toThree = new SlowLink(three.EndPoint, BytesPerSecond);
        await using var peers = new StreamPeers();
        await using var node = new TestNode(peers: peers).TakePart(replicas: 3);
        var answers = new Answers(node);
        await peers.ConnectAsync(new NodeId(2), toTwo.EndPoint, answers);
        await peers.ConnectAsync(new NodeId(3), toThree.EndPoint, answers);
        var options = Options.Create(new CoordinationOptions());
        var pipelines = new ResiliencePipelineRegistry<string>();
        pipelines.TryAddBuilder<bool>(
            OverdueOperations.PipelineName, (builder, _) => OverdueOperations.Configure(builder, options.Value));
        using var overdue = new OverdueOperations(
            pipelines, TimeProvider.System, options, Options.Create(new PartitionOptions()), NullLogger<OverdueOperations>.Instance);
        await overdue.StartAsync(default);
        var runner = node.CreateRunner(overdue, options);

        var ticking = TickAsync(node);
        var clients = Enumerable.Range(0, LargeClients).Select(client => WriteLargeAsync(runner, node, client))
            .Append(WriteSmallAsync(runner, node)).ToArray();
        using var end = new PeriodicTimer(Duration);
        await end.WaitForNextTickAsync();
        _isOver = true;
        await Task.WhenAll(clients).WaitAsync(Patience.Limit);
        await ticking;
        await overdue.StopAsync(default);

        AssertCarried(toTwo.Passed + toThree.Passed);
    }

    private void AssertCarried(long passed)
    {
        var applied = _large.Count(result => result.Outcome == OperationOutcome.Applied);
        var unknown = _large.Count(result => result.Outcome == OperationOutcome.Unknown);
        var refused = _large.Count(result => result is { Outcome: OperationOutcome.NotApplied, Reason: NotAppliedReason.Overloaded });
        var took = _small.Select(small => small.Took).Order().ToList();
        var (median, longest) = (took[took.Count / 2], took[^1]);
        var goodput = applied * (double)MiB / Duration.TotalSeconds / BytesPerSecond;
        var sentOverKept = passed / (2.0 * MiB * Math.Max(applied, 1));
        output.WriteLine(
            $"{applied} applied, {unknown} unknown, {refused} refused; goodput {goodput:P0} of the link; {sentOverKept:F2} bytes sent for "
            + $"each kept; {took.Count} small writes, median {median.TotalMilliseconds:F0} ms, longest {longest.TotalMilliseconds:F0} ms");

        Assert.Equal(_large.Count, applied + unknown + refused);
        Assert.All(_small, small => Assert.Equal(OperationOutcome.Applied, small.Result.Outcome));
        Assert.InRange(goodput, 0.6, 1.6);
        Assert.InRange(unknown, 0, applied / 4);
        Assert.InRange(sentOverKept, 0.9, 1.5);
        Assert.InRange(median, TimeSpan.Zero, TimeSpan.FromMilliseconds(250));
        Assert.True(refused > 0, "Nothing was too much.");
    }

    /// <summary>A client that writes one large value after the other, and waits a moment where it is refused.</summary>
    private async Task WriteLargeAsync(OperationRunner runner, TestNode node, int client)
    {
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        for (var number = 0; !_isOver; number++)
        {
            var (result, _) = await WriteAsync(runner, node, $"large-{client}-{number % 4}", MiB);
            lock (_gate)
            {
                _large.Add(result);
            }

            if (result.Outcome != OperationOutcome.Applied)
            {
                await pause.WaitForNextTickAsync();
            }
        }
    }

    private async Task WriteSmallAsync(OperationRunner runner, TestNode node)
    {
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        for (var number = 0; !_isOver; number++)
        {
            _small.Add(await WriteAsync(runner, node, $"small-{number % 50}", 100));
            await pause.WaitForNextTickAsync();
        }
    }

    private static async Task<(OperationResult Result, TimeSpan Took)> WriteAsync(
        OperationRunner runner, TestNode node, string key, int bytes)
    {
        var start = TimeProvider.System.GetTimestamp();
        var connection = new AwaitedConnection();
        runner.Start(
            connection,
            correlation: 1,
            new OperationRequest
            {
                Operation = new ClientOperation
                {
                    Kind = OperationKind.Put,
                    Key = StoreKey.Create("default", System.Text.Encoding.UTF8.GetBytes(key)),
                    Value = new byte[bytes],
                },
                Timeout = TimeSpan.FromSeconds(2),
            },
            node.Partition);
        return (await connection.Result, TimeProvider.System.GetElapsedTime(start));
    }

    private async Task TickAsync(TestNode node)
    {
        using var timer = new PeriodicTimer(new PartitionOptions().TickInterval);
        while (!_isOver)
        {
            node.Partition.Tick();
            await timer.WaitForNextTickAsync();
        }
    }

    private sealed class Answers(TestNode node) : IPeerResponseHandler
    {
        public void OnPeerResponse(NodeId from, PeerResponse response) => node.Partition.OnResponse(from, response);
    }

    /// <summary>Hears one result.</summary>
    private sealed class AwaitedConnection : IPeerConnection
    {
        private readonly TaskCompletionSource<OperationResult> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public PeerIdentity Identity { get; } = new(PeerRole.Gateway, NodeId.None, 1, "gateway");

        public bool IsConnected => true;

        public Task<OperationResult> Result => _result.Task;

        public void Send(PeerResponse response)
        {
        }

        public void SendOperationResult(long correlation, OperationResult result, TimeSpan? within = null) => _result.SetResult(result);

        public void Abort(Exception? cause)
        {
        }
    }
}
