using AspireKv.EndToEnd.Tests.Nemesis;
using AspireKv.EndToEnd.Tests.Processes;
using Xunit.Abstractions;

namespace AspireKv.EndToEnd.Tests;

/// <summary>
/// Two of three nodes do not reach each other, each with a gateway that reaches no other node; the third reaches both. Nobody's ballot is
/// taken for that, and nobody is refused.
/// </summary>
[Collection(ClusterCollection.Name)]
public sealed class CutLinkTests(ITestOutputHelper output)
{
    private const int Keys = 120;

    /// <summary>As many as there are by default.</summary>
    /// <summary>Those of keys, and that of the topology.</summary>
    private const int Partitions = 256 + 1;

    private static readonly TimeSpan SettleLimit = TimeSpan.FromSeconds(90);

    [Fact]
    public async Task Cluster_OneLinkCut_ServesEverythingOnBothSidesUnderTheSameCoordinators()
    {
        await using var links = new LinkProxies();
        await using var cluster = new ClusterProcesses(nodeCount: 3, gatewayCount: 2, links.Reroute);
        foreach (var node in cluster.Nodes)
        {
            // Partitions that go back in order must not look like partitions that were taken.
            node.Environment["HandBack__After"] = "00:10:00";
        }

        await cluster.StartAsync();
        var (one, other) = (cluster.Nodes[0], cluster.Nodes[1]);
        using var here = await GatewayClient.LogInAsync(cluster.Gateways[0].Address);
        using var there = await GatewayClient.LogInAsync(cluster.Gateways[1].Address);
        await Wait.UntilAsync("every node is reached", SettleLimit, here.IsWholeAsync);
        await Wait.UntilAsync("every key is written once", SettleLimit, async () =>
            (await Task.WhenAll(Enumerable.Range(0, Keys).Select(key => here.PutAsync($"cut-{key}", "before")))).All(put => put.IsSuccess));
        await Wait.UntilAsync("every partition is coordinated", SettleLimit, async () => (await LedAsync(cluster)).Sum() == Partitions);

        LinkProxies.Cut(links.Between(one, other).Concat(links.Between(other, one)));
        LinkProxies.Cut(links.Where((from, to) =>
            (from == cluster.Gateways[0].Name && to != one.Name) || (from == cluster.Gateways[1].Name && to != other.Name)));
        await Wait.UntilAsync("both gateways serve", SettleLimit, async () =>
            (await here.GetAsync("cut-0")).IsSuccess && (await there.GetAsync("cut-0")).IsSuccess);
        var ledBefore = await LedAsync(cluster);

        for (var key = 0; key < Keys; key++)
        {
            Assert.Equal((true, "here"), await WriteAndReadAsync(here, there, $"cut-{key}", "here"));
            Assert.Equal((true, "there"), await WriteAndReadAsync(there, here, $"cut-{key}", "there"));
        }

        Assert.Equal(ledBefore, await LedAsync(cluster));
        var relayed = await NodeGauges.SumAsync(cluster.Nodes, "aspirekv_relays_total");
        output.WriteLine($"{relayed} of {4 * Keys} operations went around the cut; the nodes coordinate {string.Join(", ", ledBefore)}");
        Assert.True(relayed > 0, "no operation went around the cut: the test shows nothing");
    }

    private static async Task<(bool IsWritten, string Read)> WriteAndReadAsync(
        GatewayClient writer, GatewayClient reader, string key, string value) =>
        ((await writer.PutAsync(key, value)).IsSuccess, (await reader.GetAsync(key)).Body);

    /// <summary>How many partitions each node coordinates.</summary>
    private static Task<double[]> LedAsync(ClusterProcesses cluster) =>
        Task.WhenAll(cluster.Nodes.Select(node => NodeGauges.ReadAsync(node, "aspirekv_partitions_led")));
}
