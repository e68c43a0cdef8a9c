using System.Collections.Concurrent;
using System.Diagnostics;
using AspireKv.EndToEnd.Tests.Processes;
using Xunit.Abstractions;

namespace AspireKv.EndToEnd.Tests;

/// <summary>
/// One node of three whose disk takes half a second for a sync: it holds up what it coordinates itself, nothing else, and that not for
/// long.
/// </summary>
[Collection(ClusterCollection.Name)]
public sealed class SlowDiskTests(ITestOutputHelper output)
{
    private const int Keys = 60;
    private const int Writers = 6;
    private const double SlowMilliseconds = 450;
    private const double QuickMilliseconds = 300;
    private static readonly TimeSpan SettleLimit = TimeSpan.FromSeconds(90);

    [Fact]
    public async Task Cluster_OneDiskSlow_TheOthersPartitionsGoOn()
    {
        await using var cluster = new ClusterProcesses(nodeCount: 3, nodeProject: "tests/AspireKv.PlantedBugs");
        cluster.Nodes[0].Environment["PlantedBug"] = "slow-disk";
        cluster.HandBackSoon();
        await cluster.StartAsync();
        using var client = await GatewayClient.LogInAsync(cluster.Gateway.Address);

        // First every partition must have the coordinator that it prefers: the others take over what a node does not serve yet, and hand it
        // back in time.
        foreach (var node in cluster.Nodes)
        {
            await Wait.UntilAsync($"{node.Name} may vote", SettleLimit, () =>
                Task.FromResult(node.Output.Tail(2_000).Contains("All other members know this start", StringComparison.Ordinal)));
        }

        await Wait.UntilAsync("every node is reached", SettleLimit, client.IsWholeAsync);
        await Wait.UntilAsync(
            "every partition has a coordinator", SettleLimit, async () => (await PutAllAsync(client)).All(put => put.Answer.IsSuccess));
        await cluster.WaitUntilHandedBackAsync(SettleLimit);
        await File.WriteAllTextAsync(cluster.Nodes[0].Environment["Node__DataDirectory"] + ".slow", "");
        var puts = await PutAllAsync(client);
        var quick = puts.Count(put => put.Answer.IsSuccess && put.Milliseconds < QuickMilliseconds);
        var slow = puts.Count(put => put.Milliseconds > SlowMilliseconds);
        var longest = puts.Max(put => put.Milliseconds);
        output.WriteLine(
            $"{quick} of {Keys} writes took less than {QuickMilliseconds} ms, {slow} more than {SlowMilliseconds} ms; "
            + $"the longest took {longest:F0} ms");

        // Each node prefers to coordinate a third.
        Assert.True(slow > 0, "no write waited for the slow disk: the test shows nothing");
        Assert.True(quick >= Keys / 2, $"only {quick} of {Keys} writes were quick");
        Assert.True(longest < 2_000, $"a write was answered after {longest:F0} ms");

        // Until the node finds that the others are quicker, which it does while there is something to sync.
        await Wait.UntilAsync("the node finds its disk slow", SettleLimit, async () =>
        {
            await PutAllAsync(client);
            return await NodeGauges.ReadAsync(cluster.Nodes[0], "aspirekv_disk_slow") == 1;
        });
        await Wait.UntilAsync("the node has handed everything on", SettleLimit, async () =>
            await NodeGauges.ReadAsync(cluster.Nodes[0], "aspirekv_partitions_led") == 0);
        await Wait.UntilAsync("no write waits for the slow disk", SettleLimit, async () =>
            (await PutAllAsync(client)).All(static put => put.Answer.IsSuccess && put.Milliseconds < SlowMilliseconds));
    }

    private static async Task<IReadOnlyCollection<(GatewayAnswer Answer, double Milliseconds)>> PutAllAsync(GatewayClient client)
    {
        var puts = new ConcurrentBag<(GatewayAnswer, double)>();
        var options = new ParallelOptions { MaxDegreeOfParallelism = Writers };
        await Parallel.ForEachAsync(Enumerable.Range(0, Keys), options, async (number, _) =>
        {
            var start = Stopwatch.GetTimestamp();
            var answer = await client.PutAsync($"slow-{number}", "value");
            puts.Add((answer, Stopwatch.GetElapsedTime(start).TotalMilliseconds));
        });
        return puts;
    }
}
