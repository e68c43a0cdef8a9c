using System.Net;
using System.Text.Json;
using AspireKv.EndToEnd.Tests.Processes;
using Xunit.Abstractions;

namespace AspireKv.EndToEnd.Tests;

/// <summary>
/// Three nodes whose disks fill up for real: where all are full puts are refused, reads and deletes go on, and deleting is enough to come
/// back.
/// </summary>
[Collection(ClusterCollection.Name)]
public sealed class DiskFullTests(ITestOutputHelper output)
{
    private const int DiskMegabytes = 32;
    private const int ValueBytes = 64 * 1024;
    private const int LinesShown = 40;
    private const int KeysOnAFullDisk = 60;
    private static readonly TimeSpan ServeLimit = TimeSpan.FromSeconds(30);
    private static readonly string Padding = new('v', ValueBytes);

    [SmallDiskFact]
    [Trait("Category", "Soak")]
    public async Task Cluster_DisksFull_RefusesPutsAndComesBackAfterDeletes()
    {
        await using var cluster = new ClusterProcesses(nodeCount: 3);
        var disks = cluster.Nodes.Select(node => SmallDisk.Mount(node.Environment["Node__DataDirectory"], DiskMegabytes)).ToList();
        try
        {
            foreach (var node in cluster.Nodes)
            {
                node.Environment["Storage__Wal__SegmentSizeBytes"] = $"{1024 * 1024}";
                node.Environment["Storage__Wal__ReserveBytes"] = $"{4 * 1024 * 1024}";
                node.Environment["Storage__Checkpoints__MemtableBytes"] = $"{1024 * 1024}";
                node.Environment["Storage__Checkpoints__WalBytes"] = $"{4 * 1024 * 1024}";
                node.Environment["Storage__Checkpoints__Interval"] = "00:00:02";
                node.Environment["Storage__Wal__FullRetryInterval"] = "00:00:00.200";
                node.Environment["Tombstones__PurgeInterval"] = "00:00:00.500";
            }

            await cluster.StartAsync();
            await FillAndComeBackAsync(cluster);
        }
        finally
        {
            foreach (var service in cluster.Services)
            {
                output.WriteLine($"--- {service.Name}, the last {LinesShown} lines");
                output.WriteLine(service.Output.Tail(LinesShown));
                await service.KillAsync();
            }

            disks.ForEach(disk => disk.Dispose());
        }
    }

    /// <summary>Two replicas are a quorum, so that one full disk needs to refuse nobody once other nodes coordinate.</summary>
    [SmallDiskFact]
    [Trait("Category", "Soak")]
    public async Task Cluster_OneDiskFull_ServesEverythingOnceTheOthersCoordinate()
    {
        await using var cluster = new ClusterProcesses(nodeCount: 3);
        cluster.HandBackSoon();
        var small = cluster.Nodes[0];
        small.Environment["Storage__Wal__SegmentSizeBytes"] = $"{1024 * 1024}";
        small.Environment["Storage__Wal__ReserveBytes"] = $"{4 * 1024 * 1024}";
        using var disk = SmallDisk.Mount(small.Environment["Node__DataDirectory"], DiskMegabytes);
        try
        {
            await cluster.StartAsync();
            using var client = await GatewayClient.LogInAsync(cluster.Gateway.Address);
            await Wait.UntilAsync("every node is reached", ServeLimit, client.IsWholeAsync);
            for (var i = 0; await NodeGauges.ReadAsync(small, "aspirekv_storage_full") == 0; i++)
            {
                Assert.True(i < DiskMegabytes * 1024 * 1024 / ValueBytes * 2, "more was taken than the disk can hold");
                await client.PutAsync($"fill-{i}", Padding);
            }

            await Wait.UntilAsync("the node with the full disk coordinates nothing", ServeLimit, async () =>
                await NodeGauges.ReadAsync(small, "aspirekv_partitions_led") == 0);
            for (var i = 0; i < KeysOnAFullDisk; i++)
            {
                var put = await client.PutAsync($"more-{i}", Padding);
                Assert.True(put.IsSuccess, $"more-{i}: {put.Status} {put.Body}");
                Assert.Equal(new GatewayAnswer(HttpStatusCode.OK, Padding), await client.GetAsync($"more-{i}"));
            }
        }
        finally
        {
            output.WriteLine(small.Output.Tail(LinesShown));
            await small.KillAsync();
        }
    }

    private async Task FillAndComeBackAsync(ClusterProcesses cluster)
    {
        using var client = await GatewayClient.LogInAsync(cluster.Gateway.Address);
        var written = new Dictionary<string, string>();
        GatewayAnswer? refusal = null;
        for (var i = 0; refusal is null; i++)
        {
            Assert.True(i < DiskMegabytes * 1024 * 1024 / ValueBytes * 2, "more was taken than the disks can hold");
            var (key, value) = ($"full-{i}", $"value {i} {Padding}");
            var answer = await client.PutAsync(key, value);
            if (answer.IsSuccess)
            {
                written[key] = value;
            }
            else if (answer.Status == HttpStatusCode.InsufficientStorage)
            {
                refusal = answer;
            }
            else
            {
                // A replica's disk may be full before the coordinator's is.
                Assert.True(answer.IsUnavailable, $"{answer}");
            }
        }

        output.WriteLine($"{written.Count} values of {ValueBytes} bytes were taken by disks of {DiskMegabytes} MiB");
        Assert.True(written.Count > DiskMegabytes * 1024 * 1024 / ValueBytes / 4, $"only {written.Count} values were taken");
        using (var problem = JsonDocument.Parse(refusal.Body))
        {
            Assert.Equal("storage_full", problem.RootElement.GetProperty("code").GetString());
            Assert.Equal("not-applied", problem.RootElement.GetProperty("outcome").GetString());
        }

        await AssertReadableAsync(client, written);
        foreach (var key in written.Keys.Take(written.Count * 3 / 4).ToList())
        {
            await Wait.UntilAsync($"{key} is deleted", ServeLimit, async () => (await client.DeleteAsync(key)).IsSuccess);
            written.Remove(key);
        }

        for (var i = 0; i < 20; i++)
        {
            var (key, value) = ($"after-{i}", $"later {i} {Padding}");
            await Wait.UntilAsync($"{key} is written", ServeLimit, async () => (await client.PutAsync(key, value)).IsSuccess);
            written[key] = value;
        }

        await AssertReadableAsync(client, written);
        Assert.All(await cluster.StopAsync(), exitCode => Assert.Equal(0, exitCode));
        await cluster.StartAsync();
        await AssertReadableAsync(client, written);
    }

    private static async Task AssertReadableAsync(GatewayClient client, Dictionary<string, string> written)
    {
        foreach (var (key, value) in written)
        {
            var answer = new GatewayAnswer(HttpStatusCode.ServiceUnavailable, "");
            await Wait.UntilAsync($"{key} is read", ServeLimit, async () =>
            {
                answer = await client.GetAsync(key);
                return !answer.IsUnavailable;
            });
            Assert.Equal((HttpStatusCode.OK, value), (answer.Status, answer.Body));
        }
    }
}
