using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

namespace AspireKv.EndToEnd.Tests.Processes;

/// <summary>An answer of the gateway, read to its end.</summary>
internal sealed record GatewayAnswer(HttpStatusCode Status, string Body)
{
    /// <summary>The version of the topology that the answer goes by; 0 where it does not say.</summary>
    public long TopologyVersion { get; init; }

    public bool IsSuccess => (int)Status is >= 200 and < 300;

    /// <summary>The cluster could not serve the request, or does not know whether it did.</summary>
    public bool IsUnavailable => Status is HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout;

    /// <summary>
    /// What became of a change: <c>applied</c>, <c>not-applied</c> or <c>unknown</c>; null where the answer does not say.
    /// </summary>
    public string? Outcome
    {
        get
        {
            using var json = JsonDocument.Parse(Body);
            return json.RootElement.TryGetProperty("outcome", out var outcome) ? outcome.GetString() : null;
        }
    }
}

/// <summary>Reads and writes through the gateway as any HTTP client would. It repeats nothing by itself.</summary>
internal sealed class GatewayClient : IDisposable
{
    /// <summary>A plan may have to count first what the nodes hold.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(12);

    private readonly HttpClient _client;

    private GatewayClient(Uri gateway) =>
        _client = new HttpClient { BaseAddress = gateway, Timeout = Patience };

    /// <summary>What it sends as its credential.</summary>
    public AuthenticationHeaderValue Authorization => _client.DefaultRequestHeaders.Authorization!;

    public static async Task<GatewayClient> LogInAsync(Uri gateway)
    {
        var client = new GatewayClient(gateway);
        var (email, password) = ClusterProcesses.Account;
        using var response = await client._client.PostAsJsonAsync("login", new { email, password });
        var body = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, $"Login answered {response.StatusCode}: {body}");
        using var json = JsonDocument.Parse(body);
        client._client.DefaultRequestHeaders.Authorization =
            new AuthenticationHeaderValue("Bearer", json.RootElement.GetProperty("token").GetString());
        return client;
    }

    /// <summary>A client of another gateway with the same credential.</summary>
    public GatewayClient At(Uri gateway)
    {
        var client = new GatewayClient(gateway);
        client._client.DefaultRequestHeaders.Authorization = Authorization;
        return client;
    }

    public Task<GatewayAnswer> PutAsync(string key, string value) =>
        SendAsync(new HttpRequestMessage(HttpMethod.Put, PathOf(key)) { Content = new StringContent(value) });

    public Task<GatewayAnswer> GetAsync(string key) => SendAsync(new HttpRequestMessage(HttpMethod.Get, PathOf(key)));

    public Task<GatewayAnswer> DeleteAsync(string key) => SendAsync(new HttpRequestMessage(HttpMethod.Delete, PathOf(key)));

    public Task<GatewayAnswer> GetClusterAsync() => SendAsync(new HttpRequestMessage(HttpMethod.Get, "v1/cluster"));

    public Task<GatewayAnswer> GetTombstonesAsync() => SendAsync(new HttpRequestMessage(HttpMethod.Get, "v1/admin/tombstones"));

    /// <summary>Sends what the others do not.</summary>
    /// <param name="method">The method.</param>
    /// <param name="path">The path, without a slash before it.</param>
    /// <param name="json">The body; null for none.</param>
    /// <param name="ifMatch">What If-Match names, without its quotes; null for none.</param>
    public Task<GatewayAnswer> SendAsync(HttpMethod method, string path, string? json = null, string? ifMatch = null)
    {
        var request = new HttpRequestMessage(method, path) { Content = json is null ? null : new StringContent(json) };
        if (ifMatch is not null)
        {
            request.Headers.IfMatch.Add(new EntityTagHeaderValue($"\"{ifMatch}\""));
        }

        return SendAsync(request);
    }

    /// <summary>
    /// True when the gateway and the members reach every member, and none waits to be rebuilt. A gateway is in health while it lacks a
    /// member that was started a moment ago, since the others serve everything: kill one of those, and nothing is served.
    /// </summary>
    public async Task<bool> IsWholeAsync()
    {
        using var json = JsonDocument.Parse((await GetClusterAsync()).Body);
        var members = json.RootElement.GetProperty("members");

        // A member that does not take part yet knows of no peer.
        return members.EnumerateArray().All(member => member.GetProperty("liveness").GetString() == "alive"
                && member.GetProperty("peers").EnumerateObject().Count(static peer => peer.Value.GetString() == "alive")
                    == members.GetArrayLength() - 1)
            && json.RootElement.GetProperty("partitions").EnumerateArray()
                .All(static partition => partition.GetProperty("learners").GetArrayLength() == 0);
    }

    /// <summary>How many members the gateway knows.</summary>
    public async Task<int> CountMembersAsync()
    {
        using var json = JsonDocument.Parse((await GetClusterAsync()).Body);
        return json.RootElement.GetProperty("members").GetArrayLength();
    }

    public void Dispose() => _client.Dispose();

    private static string PathOf(string key) => $"v1/kv/default/{Uri.EscapeDataString(key)}";

    private async Task<GatewayAnswer> SendAsync(HttpRequestMessage request)
    {
        using (request)
        {
            using var response = await _client.SendAsync(request);
            var version = response.Headers.TryGetValues("AspireKv-Topology", out var versions)
                ? long.Parse(versions.Single().Split('.')[0], CultureInfo.InvariantCulture)
                : 0;
            return new GatewayAnswer(response.StatusCode, await response.Content.ReadAsStringAsync()) { TopologyVersion = version };
        }
    }
}
