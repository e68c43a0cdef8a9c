using AspireKv.EndToEnd.Tests.Processes;
using Xunit.Abstractions;

namespace AspireKv.EndToEnd.Tests;

/// <summary>What a node missed while it was away is brought to it, though nobody asks for any of it.</summary>
[Collection(ClusterCollection.Name)]
public sealed class RepairTests(ITestOutputHelper output)
{
    private const int Keys = 300;

    /// <summary>What one node missed is there again by then, on a busy machine too.</summary>
    private static readonly TimeSpan RepairLimit = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan WholeLimit = TimeSpan.FromSeconds(90);

    [Fact]
    public async Task Node_ThatWasAway_IsGivenWhatItMissedAndHasItsPartitionsBack()
    {
        await using var cluster = new ClusterProcesses(nodeCount: 3);
        cluster.HandBackSoon();
        await cluster.StartAsync();
        using var client = await GatewayClient.LogInAsync(cluster.Gateway.Address);
        await Wait.UntilAsync("every node is reached", WholeLimit, client.IsWholeAsync);

        var away = cluster.Nodes[2];
        await away.KillAsync();
        for (var i = 0; i < Keys; i++)
        {
            var key = $"missed-{i}";
            await Wait.UntilAsync($"{key} is written", WholeLimit, async () => (await client.PutAsync(key, "value")).IsSuccess);
        }

        away.Start();
        await Wait.UntilAsync($"{away.Name} is back", WholeLimit, client.IsWholeAsync);
        await Wait.UntilAsync(
            "all that the node missed was copied to it",
            RepairLimit,
            async () => await NodeGauges.SumAsync(cluster.Nodes, "aspirekv_repair_entries_total") >= Keys);

        // Which is done only once nobody doubts that the node lacks nothing.
        await cluster.WaitUntilHandedBackAsync(RepairLimit);

        var copied = await NodeGauges.SumAsync(cluster.Nodes, "aspirekv_repair_entries_total");
        output.WriteLine($"{copied} entries were copied for {Keys} keys that were written");
        Assert.True(copied < 2 * Keys, $"{copied} entries were copied, though {Keys} were missed");
    }
}
