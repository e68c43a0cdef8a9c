using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using AspireKv.EndToEnd.Tests.Processes;
using Xunit.Abstractions;

namespace AspireKv.EndToEnd.Tests.Observability;

/// <summary>What services tell on <c>/metrics</c>, as Prometheus itself reads it.</summary>
[Collection(ClusterCollection.Name)]
public sealed class PrometheusTests(ObservedClusterFixture fixture, ITestOutputHelper output) : IClassFixture<ObservedClusterFixture>
{
    private static readonly TimeSpan ScrapeLimit = TimeSpan.FromSeconds(60);

    /// <summary>What does not happen in a run of a minute; present only once it did.</summary>
    private static readonly string[] NotProvoked =
    [
        "aspirekv.transport.messages.dropped", "aspirekv.storage.put_off", "aspirekv.http.connections.refused",
        "aspirekv.tombstones.purged", "aspirekv.overloads", "aspirekv.repair.buckets.different", "aspirekv.repair.entries",
        "aspirekv.repair.size", "aspirekv.relays",
    ];

    [ProgramFact("promtool")]
    public async Task Metrics_OfEveryService_AreCleanToPromtool()
    {
        await UseAsync();
        using var http = new HttpClient();
        await StallAsync(http);
        foreach (var service in fixture.Cluster.Services)
        {
            var metrics = await http.GetStringAsync(new Uri(service.Management, "metrics"));
            var (exitCode, complaints) = await RunAsync("promtool", ["check", "metrics"], metrics);

            Assert.True(exitCode == 0, $"{service.Name}: {complaints}");
        }
    }

    [ProgramFact("prometheus")]
    public async Task Prometheus_ScrapingTheCluster_SeesEveryMetricOfTheDocumentation()
    {
        var cluster = fixture.Cluster;
        var directory = Directory.CreateTempSubdirectory("aspirekv-prometheus-").FullName;
        var address = $"127.0.0.1:{cluster.NextPort()}";
        await File.WriteAllTextAsync(Path.Combine(directory, "prometheus.yml"), $$"""
            global: { scrape_interval: 500ms }
            scrape_configs:
              - job_name: aspirekv
                static_configs:
                  - targets: [{{string.Join(", ", cluster.Services.Select(service => $"'{service.Management.Authority}'"))}}]
            """);
        using var prometheus = Process.Start(new ProcessStartInfo(
            "prometheus",
            ["--config.file=prometheus.yml", "--storage.tsdb.path=data", $"--web.listen-address={address}", "--log.level=warn"])
        {
            WorkingDirectory = directory,
        })!;
        try
        {
            using var http = new HttpClient { BaseAddress = new Uri($"http://{address}/") };
            await Wait.UntilAsync(
                "Prometheus has scraped every service",
                ScrapeLimit,
                async () => await CountAsync(http, "sum(up)") == cluster.Services.Count());
            await UseAsync();
            await ProvokeAsync();

            List<string> missing = [];
            await WaitUnlessAsync(ScrapeLimit, async () =>
            {
                missing.Clear();
                foreach (var (name, kind) in Documented())
                {
                    var series = name.Replace('.', '_');
                    var query = kind == "gauge" || kind == "updowncounter"
                        ? $"count({{__name__=~\"{series}(_[a-z]+)*\"}})"
                        : $"sum(max_over_time({{__name__=~\"{series}(_[a-z]+)*(_total|_count)\"}}[10m]))";
                    if (await CountAsync(http, query) is not > 0)
                    {
                        missing.Add($"{name} ({query})");
                    }
                }

                return missing.Count == 0;
            });
            output.WriteLine($"{Documented().Count()} metrics looked for");
            Assert.Empty(missing);
        }
        finally
        {
            prometheus.Kill();
            await prometheus.WaitForExitAsync();
            Directory.Delete(directory, recursive: true);
        }
    }

    /// <summary>The metrics of docs/operations.md with their kinds.</summary>
    private static IEnumerable<(string Name, string Kind)> Documented()
    {
        var text = File.ReadAllText(Path.Combine(Repository.Root, "docs", "operations.md"));
        var start = text.IndexOf("\n## Metrics\n", StringComparison.Ordinal);
        return text[start..text.IndexOf("\n## ", start + 4, StringComparison.Ordinal)].Split('\n')
            .Where(line => line.StartsWith("| `", StringComparison.Ordinal))
            .Select(line => line.Split('|', StringSplitOptions.TrimEntries))
            .Select(cells => (Name: cells[1].Trim('`'), Kind: cells[2]))
            .Where(metric => !NotProvoked.Contains(metric.Name));
    }

    /// <summary>What every day brings.</summary>
    private async Task UseAsync()
    {
        using var client = await GatewayClient.LogInAsync(fixture.Cluster.Gateway.Address);
        for (var i = 0; i < 50; i++)
        {
            Assert.True((await client.PutAsync($"metric-{i}", "value")).IsSuccess);
            Assert.True((await client.GetAsync($"metric-{i}")).IsSuccess);
        }

        Assert.True((await client.DeleteAsync("metric-0")).IsSuccess);
        Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync("metric-0")).Status);
    }

    /// <summary>Polly counts only once something was tried again: two nodes stand still until the third has sent a message twice.</summary>
    private async Task StallAsync(HttpClient http)
    {
        var cluster = fixture.Cluster;
        using var client = await GatewayClient.LogInAsync(cluster.Gateway.Address);
        cluster.Nodes[1].Pause();
        cluster.Nodes[2].Pause();
        try
        {
            var number = 0;
            await Wait.UntilAsync("a node has sent a message again", ScrapeLimit, async () =>
            {
                await client.PutAsync($"metric-{number++}", "alone");
                var metrics = await http.GetStringAsync(new Uri(cluster.Nodes[0].Management, "metrics"));
                return metrics.Contains("resilience_polly_strategy_events_total{", StringComparison.Ordinal);
            });
        }
        finally
        {
            cluster.Nodes[1].Resume();
            cluster.Nodes[2].Resume();
        }

        await cluster.StartAsync();
    }

    /// <summary>What one hopes not to see: a node gone for a while, a file harmed, a stranger, no majority.</summary>
    private async Task ProvokeAsync()
    {
        var cluster = fixture.Cluster;
        using var client = await GatewayClient.LogInAsync(cluster.Gateway.Address);
        using (var http = new HttpClient())
        {
            using var refused = await http.GetAsync(new Uri(cluster.Gateway.Address, "v1/kv/default/nobody"));
            Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        }

        var endpoint = IPEndPoint.Parse(cluster.Nodes[0].Environment["Node__PeerEndpoint"]);
        using (var stranger = new TcpClient())
        {
            await stranger.ConnectAsync(endpoint);
            await stranger.GetStream().WriteAsync(new byte[64]);
            await stranger.GetStream().CopyToAsync(Stream.Null).WaitAsync(ScrapeLimit, TimeProvider.System);
        }

        await cluster.Nodes[1].KillAsync();
        await cluster.Nodes[2].KillAsync();
        await Wait.UntilAsync(
            "a write is refused for want of a majority", ScrapeLimit, async () => !(await client.PutAsync("metric-1", "alone")).IsSuccess);

        // The breakers around connecting open after ten failures in a row.
        await Wait.UntilAsync("a breaker opened", ScrapeLimit, () => Task.FromResult(
            fixture.Lines.Any(line => line.Contains("circuit breaker", StringComparison.Ordinal))));
        await File.WriteAllTextAsync(Path.Combine(cluster.Nodes[2].Environment["Node__DataDirectory"], "identity"), "no identity at all");
        cluster.Nodes[1].Start();
        cluster.Nodes[2].Start();
        await cluster.StartAsync();
        await Wait.UntilAsync("writes are taken again", ScrapeLimit, async () => (await client.PutAsync("metric-1", "together")).IsSuccess);

        // Reads that a stalled node does not answer are repeated elsewhere, and its partitions get other coordinators.
        cluster.Nodes[1].Pause();
        try
        {
            await Task.WhenAll(Enumerable.Range(0, 50).Select(i => client.GetAsync($"metric-{i}")));
            await Task.WhenAll(Enumerable.Range(0, 50).Select(i => client.PutAsync($"metric-{i}", "without node2")));
        }
        finally
        {
            cluster.Nodes[1].Resume();
        }

        // Back again, it hears from the writes who coordinates now.
        await Wait.UntilAsync("the stalled node answers again", ScrapeLimit, async () =>
            (await client.GetClusterAsync()).Body is var body
                && !body.Contains("\"dead\"", StringComparison.Ordinal)
                && !body.Contains("\"suspect\"", StringComparison.Ordinal));
        await Task.WhenAll(Enumerable.Range(0, 50).Select(i => client.PutAsync($"metric-{i}", "with node2")));

        // A gateway that knows of no coordinator yet asks the first replica, which hands on what another one coordinates.
        await cluster.Gateway.StopAsync();
        await cluster.StartAsync();
        for (var i = 0; i < 50; i++)
        {
            await client.GetAsync($"metric-{i}");
        }
    }

    private static async Task<double?> CountAsync(HttpClient http, string query)
    {
        try
        {
            using var json = JsonDocument.Parse(await http.GetStringAsync($"api/v1/query?query={Uri.EscapeDataString(query)}"));
            var result = json.RootElement.GetProperty("data").GetProperty("result");
            return result.GetArrayLength() == 0
                ? null
                : double.Parse(result[0].GetProperty("value")[1].GetString()!, CultureInfo.InvariantCulture);
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    /// <summary>Waits until it is so, or for the limit: what is missing then is told by the caller.</summary>
    private static async Task WaitUnlessAsync(TimeSpan limit, Func<Task<bool>> condition)
    {
        try
        {
            await Wait.UntilAsync("all metrics are there", limit, condition);
        }
        catch (TimeoutException)
        {
        }
    }

    private static async Task<(int ExitCode, string Output)> RunAsync(string program, string[] arguments, string input)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        var text = await process.StandardOutput.ReadToEndAsync() + await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, text);
    }
}
