using System.Net.Http.Json;
using System.Text;
using AspireKv.EndToEnd.Tests.Processes;

namespace AspireKv.EndToEnd.Tests.Observability;

/// <summary>Nothing that must stay secret is logged or exported, even with every log level on.</summary>
[Collection(ClusterCollection.Name)]
public sealed class SecretsTests(ObservedClusterFixture fixture) : IClassFixture<ObservedClusterFixture>
{
    private const string Key = "somebody-by-name";
    private const string Value = "a-value-that-is-nobodys-business";
    private static readonly TimeSpan WriteLimit = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task LogsAndExports_OfAFullRun_HoldNoSecret()
    {
        var cluster = fixture.Cluster;
        using var http = new HttpClient { BaseAddress = cluster.Gateway.Address };
        var (email, password) = ClusterProcesses.Account;
        using var login = await http.PostAsJsonAsync("login", new { email, password });
        var body = await login.Content.ReadAsStringAsync();
        var token = body.Split('"').First(part => part.Count(letter => letter == '.') == 2 && part.Length > 100);
        http.DefaultRequestHeaders.Add("Authorization", $"Bearer {token}");
        await SendAsync(HttpMethod.Put, $"v1/kv/default/{Key}", Value);
        await SendAsync(HttpMethod.Get, $"v1/kv/default/{Key}");
        await SendAsync(HttpMethod.Get, $"v1/kvs/default/{Key}");
        await SendAsync(HttpMethod.Put, "v1/kv/default/secret", Value);
        await SendAsync(HttpMethod.Get, "v1/kv/default/secret");
        await SendAsync(HttpMethod.Post, "set-value", $$"""{"key":"secret","value":"{{Value}}"}""");
        await SendAsync(HttpMethod.Post, "get-value", """{"key":"secret"}""");
        await SendAsync(HttpMethod.Post, "set-value", $$"""{"key":"secret","value":"{{Value}}" """);
        await SendAsync(HttpMethod.Get, $"v1/cluster?{token}");
        http.DefaultRequestHeaders.Remove("Authorization");
        http.DefaultRequestHeaders.Add("Authorization", $"Bearer {token[..^3]}AAA");
        await SendAsync(HttpMethod.Get, "v1/kv/default/secret");
        await cluster.Nodes[0].KillAsync();
        await SendAsync(HttpMethod.Get, "v1/kv/default/secret");
        cluster.Nodes[0].Start();
        await cluster.StartAsync();
        await Wait.UntilAsync(
            "the run is in the logs", WriteLimit, () => Task.FromResult(fixture.Lines.Count > 300 && fixture.Collector.Exports.Count > 10));

        var credential = cluster.Nodes[0].Environment["Cluster__Credential"];
        var signature = token.Split('.')[2];
        string[] keys = [.. Directory.GetFiles(cluster.Auth.Environment["Auth__DataDirectory"], "*.pem", SearchOption.AllDirectories)
            .SelectMany(File.ReadAllLines).Where(line => line.Length >= 40 && !line.Contains("---", StringComparison.Ordinal)).Take(200)];
        Assert.NotEmpty(keys);
        string[] secrets = [credential, signature, password, Value, Convert.ToBase64String(Encoding.UTF8.GetBytes(Value)), .. keys];
        // Logs of the web server name paths when all their levels are on; spans are exported in any case.
        Assert.NotEmpty(fixture.Collector.TraceExports);
        Assert.All(fixture.Collector.TraceExports, export => Assert.True(export.AsSpan().IndexOf(Encoding.UTF8.GetBytes(Key)) < 0));
        foreach (var secret in secrets)
        {
            Assert.DoesNotContain(fixture.Lines, line => line.Contains(secret, StringComparison.Ordinal));
            var bytes = Encoding.UTF8.GetBytes(secret);
            foreach (var export in fixture.Collector.Exports)
            {
                var place = export.AsSpan().IndexOf(bytes);
                var around = export.AsSpan(Math.Max(0, place - 200));
                Assert.True(place < 0, $"exported: {Encoding.Latin1.GetString(around[..Math.Min(around.Length, 400)])}");
            }
        }

        async Task SendAsync(HttpMethod method, string path, string? content = null)
        {
            using var request = new HttpRequestMessage(method, path) { Content = content is null ? null : new StringContent(content) };
            using var answer = await http.SendAsync(request);
            await answer.Content.ReadAsStringAsync();
        }
    }
}
