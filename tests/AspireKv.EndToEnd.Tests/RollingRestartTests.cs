using System.Diagnostics;
using System.Globalization;
using AspireKv.EndToEnd.Tests.Processes;
using Xunit.Abstractions;

namespace AspireKv.EndToEnd.Tests;

/// <summary>Every node is stopped and started in turn, as for an upgrade, and the clients need not know.</summary>
[Collection(ClusterCollection.Name)]
public sealed class RollingRestartTests(ITestOutputHelper output)
{
    private const int Clients = 16;

    /// <summary>Of the 256 partitions of the cluster a node leads a third when all are where they belong.</summary>
    private const int LeastLed = 70;

    /// <summary>So many calls of each client that each node is asked by then.</summary>
    private const int CallsToGetOn = 100;

    private static readonly TimeSpan WholeLimit = TimeSpan.FromSeconds(90);

    /// <summary>
    /// What a failure may cost. Up to 0.9 s was measured, on a machine so busy that calls took as long while no node stopped.
    /// </summary>
    private static readonly TimeSpan LongestGap = TimeSpan.FromSeconds(2);

    [Fact]
    public async Task Cluster_EachNodeRestartedUnderLoad_LeavesNothingUnknownAndNoGap()
    {
        await using var cluster = new ClusterProcesses(nodeCount: 3);

        // Each node has its partitions back before the next one stops, or while it does.
        cluster.HandBackSoon();
        await cluster.StartAsync();
        using var client = await GatewayClient.LogInAsync(cluster.Gateway.Address);
        await Wait.UntilAsync("every node is reached", WholeLimit, client.IsWholeAsync);
        using var stop = new CancellationTokenSource();
        var lanes = Enumerable.Range(0, Clients).Select(number => new Lane(client, number)).ToArray();
        var running = Task.WhenAll(lanes.Select(lane => lane.RunAsync(stop.Token)));
        foreach (var node in cluster.Nodes)
        {
            var before = lanes.ToDictionary(static lane => lane, static lane => lane.Calls);
            await Wait.UntilAsync(
                "every client gets on", WholeLimit, () => Task.FromResult(lanes.All(lane => lane.Calls >= before[lane] + CallsToGetOn)));
            var started = Stopwatch.GetTimestamp();
            Assert.Equal(0, await node.StopAsync());
            var elapsed = Stopwatch.GetElapsedTime(started);
            output.WriteLine($"{node.Name} stopped within {elapsed.TotalSeconds:F2} s");
            node.Start();
            await Wait.UntilAsync($"{node.Name} is back", WholeLimit, client.IsWholeAsync);
        }

        foreach (var node in cluster.Nodes)
        {
            await Wait.UntilAsync(
                $"{node.Name} coordinates what is its own, and nothing else",
                WholeLimit,
                async () => await NodeGauges.ReadAsync(node, "aspirekv_partitions_away") == 0
                    && await NodeGauges.ReadAsync(node, "aspirekv_partitions_led") > LeastLed);
        }

        await stop.CancelAsync();
        await running;
        var failures = lanes.SelectMany(static lane => lane.Failures).ToArray();
        var longest = lanes.Max(static lane => lane.LongestGap);
        output.WriteLine(
            $"{lanes.Sum(static lane => lane.Calls)} calls, {failures.Length} failed; the longest gap of a client was "
            + $"{longest.TotalMilliseconds:F0} ms");
        output.WriteLine(string.Join('\n', cluster.Nodes.Select(static node => node.Output.Tail(40))));

        Assert.Empty(failures);
        Assert.True(longest < LongestGap, $"a client had no success for {longest.TotalMilliseconds:F0} ms");
    }

    /// <summary>One client with a key of its own: writes a value, reads it, and begins again.</summary>
    private sealed class Lane(GatewayClient client, int number)
    {
        private int _calls;

        public int Calls => Volatile.Read(ref _calls);

        /// <summary>The longest time between two successes.</summary>
        public TimeSpan LongestGap { get; private set; }

        /// <summary>Calls that were not carried out, or of which nobody knows.</summary>
        public List<string> Failures { get; } = [];

        public async Task RunAsync(CancellationToken stop)
        {
            var last = Stopwatch.GetTimestamp();
            for (var value = 0; !stop.IsCancellationRequested; value++)
            {
                // Another key each time, so that every partition has its turn.
                var key = $"rolling-{number}-{value % 50}";
                var text = value.ToString(CultureInfo.InvariantCulture);
                var put = await client.PutAsync(key, text);
                last = Note($"put {key}", put, put.IsSuccess, last);
                var get = await client.GetAsync(key);
                last = Note($"get {key}", get, get.IsSuccess && (!put.IsSuccess || get.Body == text), last);
            }
        }

        private long Note(string call, GatewayAnswer answer, bool isRight, long last)
        {
            Volatile.Write(ref _calls, _calls + 1);
            var now = Stopwatch.GetTimestamp();
            if (_calls <= CallsToGetOn)
            {
                // All processes compile their code first, and no node was stopped yet.
                return now;
            }

            if (!isRight)
            {
                Failures.Add($"{call}: {answer}");
                return last;
            }

            var gap = Stopwatch.GetElapsedTime(last, now);
            LongestGap = gap > LongestGap ? gap : LongestGap;
            return now;
        }
    }
}
