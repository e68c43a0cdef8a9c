using System.Text.Json;
using AspireKv.EndToEnd.Tests.Processes;
using Xunit.Abstractions;

namespace AspireKv.EndToEnd.Tests;

/// <summary>A node that was no founding member, started beside a cluster that serves.</summary>
public sealed class JoinTests(ITestOutputHelper output)
{
    private const int Keys = 200;

    private static readonly TimeSpan JoinLimit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan MoveLimit = TimeSpan.FromSeconds(150);

    [Fact]
    public async Task NodeThatNobodyFoundedWith_BecomesAMemberThatHoldsNothing_AndStaysOne()
    {
        await using var cluster = new ClusterProcesses(nodeCount: 3, environment: "Development");
        await cluster.StartAsync();
        using var client = await GatewayClient.LogInAsync(cluster.Gateway.Address);
        await using var fourth = Fourth(cluster);

        fourth.Start();
        await WaitUntilSeenAsync(client, 4);
        Assert.True((await client.PutAsync("joined", "value")).IsSuccess);

        // What the others know of it outlives every process: a node of theirs finds it again, and so does a gateway.
        await cluster.StopAsync();
        await cluster.StartAsync();
        using var again = await GatewayClient.LogInAsync(cluster.Gateway.Address);
        await WaitUntilSeenAsync(again, 4);
        Assert.Equal("value", (await again.GetAsync("joined")).Body);
        Assert.Equal(0, await CountHeldAsync(again, 4));
    }

    [Fact]
    public async Task NodeThatTakesItsShare_HoldsAQuarterOfAllReplicas_AndNothingIsLost()
    {
        await using var cluster = new ClusterProcesses(nodeCount: 3, environment: "Development");
        foreach (var node in cluster.Nodes)
        {
            node.Environment["Cluster__Partitions"] = "16";
        }

        await cluster.StartAsync();
        using var client = await GatewayClient.LogInAsync(cluster.Gateway.Address);
        for (var i = 0; i < Keys; i++)
        {
            Assert.True((await client.PutAsync($"grown-{i}", $"before {i}")).IsSuccess);
        }

        await using var fourth = Fourth(cluster);
        fourth.Environment["Cluster__Partitions"] = "16";
        fourth.Environment["Node__TakesShare"] = "true";
        fourth.Start();
        using var done = new CancellationTokenSource();
        var writer = WriteOnAsync(client, done.Token);
        await Wait.UntilAsync(
            "node4 holds a quarter of the 48 replicas of keys, and nothing moves any more",
            MoveLimit,
            async () => await CountHeldAsync(client, 4) == 12 && await CountReplicasAsync(client) == 48);
        await done.CancelAsync();
        var (written, failed) = await writer;
        output.WriteLine($"{written} writes while partitions moved, {failed} of them not acknowledged");

        // The three others hold what is left; without one of them a majority is there only with what the fourth was given.
        await cluster.Nodes[0].StopAsync();
        for (var i = 0; i < Keys; i++)
        {
            var key = $"grown-{i}";
            await Wait.UntilAsync(
                $"{key} is read as it was written", JoinLimit, async () => (await client.GetAsync(key)).Body == $"before {i}");
        }
    }

    /// <summary>The fourth node knows the others by configuration; they know of it only what it says itself.</summary>
    private static ServiceProcess Fourth(ClusterProcesses cluster)
    {
        var environment = cluster.Nodes[0].Environment.Where(setting => setting.Key is not ("ASPNETCORE_URLS" or "Management__Url"));
        var fourth = new ServiceProcess("node4", "AspireKv.StorageNode", cluster.NextPort(), environment);
        fourth.Environment["Node__Id"] = "4";
        fourth.Environment["Node__PeerEndpoint"] = $"127.0.0.1:{cluster.NextPort()}";
        fourth.Environment["Node__DataDirectory"] = Path.Combine(cluster.DataRoot, "node4");
        fourth.Environment["Cluster__Members__4"] = "node4";
        return fourth;
    }

    private static Task WaitUntilSeenAsync(GatewayClient client, int members) => Wait.UntilAsync(
        $"the gateway sees {members} members, each of which sees the others alive",
        JoinLimit,
        async () => await client.IsWholeAsync() && await client.CountMembersAsync() == members);

    /// <summary>Of how many partitions the node is a replica.</summary>
    private static async Task<int> CountHeldAsync(GatewayClient client, int node) =>
        (await ReadReplicasAsync(client)).Count(replica => replica == node);

    private static async Task<int> CountReplicasAsync(GatewayClient client) => (await ReadReplicasAsync(client)).Count;

    private static async Task<IReadOnlyList<int>> ReadReplicasAsync(GatewayClient client)
    {
        using var json = JsonDocument.Parse((await client.GetClusterAsync()).Body);
        return
        [
            .. json.RootElement.GetProperty("partitions").EnumerateArray()
                .SelectMany(static partition => partition.GetProperty("replicas").EnumerateArray()).Select(static node => node.GetInt32()),
        ];
    }

    private static async Task<(int Written, int Failed)> WriteOnAsync(GatewayClient client, CancellationToken done)
    {
        var (written, failed) = (0, 0);
        while (!done.IsCancellationRequested)
        {
            failed += (await client.PutAsync($"moving-{written++ % Keys}", "value")).IsSuccess ? 0 : 1;
        }

        return (written, failed);
    }
}
