using System.Text.RegularExpressions;
using AspireKv.Gateway.Tests.Hosting;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace AspireKv.Gateway.Tests;

/// <summary>A gateway outside Development: what it serves to its clients, and what to its operators on a listener of their own.</summary>
public sealed partial class ManagementTests
{
    private static readonly string[] OfOperators =
        ["/metrics", "/openapi/v1.json", "/scalar", "/scalar/", "/scalar/v1", "/METRICS", "/metrics/", "/Scalar"];

    private static readonly string[] OfEverybody = ["/", "/alive", "/health", "/health/all"];

    private static readonly (string Method, string Path)[] OfClients =
    [
        ("GET", "/v1/kv/ns/k"), ("PUT", "/v1/kv/ns/k"), ("DELETE", "/v1/kv/ns/k"), ("HEAD", "/v1/kv/ns/k"), ("GET", "/v1/cluster"),
        ("POST", "/login"), ("POST", "/set-value"), ("POST", "/get-value"), ("POST", "/delete-value"), ("GET", "/login"),
        ("GET", "/v1/admin/tombstones"), ("GET", "/v1/admin/topology"), ("GET", "/v1/admin/members"), ("PUT", "/v1/admin/members/4"),
        ("DELETE", "/v1/admin/members/4"), ("POST", "/v1/admin/plans"), ("POST", "/v1/admin/plans/7-a/commit"), ("GET", "/v1/admin/plan"),
        ("DELETE", "/v1/admin/plan"),
    ];

    private static readonly Dictionary<string, string?> Production = new() { ["environment"] = "Production" };

    private static readonly Dictionary<string, string?> Managed = new(Production) { ["Management:Url"] = "http://127.0.0.1:0" };

    [Fact]
    public async Task Clients_OutsideDevelopment_FindNothingOfTheOperators()
    {
        await using var gateway = await TestGateway.StartAsync(settings: Managed);
        foreach (var path in OfOperators)
        {
            foreach (var method in new[] { "GET", "HEAD", "POST", "OPTIONS" })
            {
                var answer = await AskAsync(gateway.Connect, method, path, Bearer(gateway));
                Assert.True(answer.Status == 404, $"{method} {path}: {answer.Status}");
                Assert.True(method == "HEAD" || answer.Text.Contains("route_not_found", StringComparison.Ordinal), answer.Text);
            }
        }

        foreach (var path in OfEverybody)
        {
            Assert.Equal(200, (await AskAsync(gateway.Connect, "GET", path)).Status);
        }
    }

    [Fact]
    public async Task Operators_OutsideDevelopment_NeedNoTokenAndFindAllOfIt()
    {
        await using var gateway = await TestGateway.StartAsync(settings: Managed);
        using var http = new HttpClient { BaseAddress = gateway.Management };

        Assert.Contains("memory_usage_bytes", await http.GetStringAsync("/metrics"), StringComparison.Ordinal);
        Assert.Contains("/v1/kv/{namespace}/{key}", await http.GetStringAsync("/openapi/v1.json"), StringComparison.Ordinal);
        Assert.Contains("openapi/v1.json", await http.GetStringAsync("/scalar"), StringComparison.Ordinal);
        Assert.Contains("\"name\":\"cluster\"", await http.GetStringAsync("/health"), StringComparison.Ordinal);
        foreach (var path in OfEverybody)
        {
            Assert.Equal(200, (int)(await http.GetAsync(path)).StatusCode);
        }
    }

    /// <summary>No check of clients is on that listener, so nothing of theirs may be, with whatever they send.</summary>
    [Fact]
    public async Task Operators_RoutesOfClients_AreNotThere()
    {
        await using var gateway = await TestGateway.StartAsync(settings: Managed);
        foreach (var (method, path) in OfClients)
        {
            var body = method is "PUT" or "POST" ? """{"key":"k","value":"v","email":"user@example.com"}"""u8.ToArray() : null;
            var answer = await AskAsync(gateway.ConnectToManagement, method, path, Bearer(gateway), body);
            Assert.True(answer.Status == 404, $"{method} {path}: {answer.Status}");
            Assert.True(method == "HEAD" || answer.Text.Contains("route_not_found", StringComparison.Ordinal), answer.Text);
            Assert.False(answer.Headers.ContainsKey("Allow"), $"{method} {path} tells of a route");
        }

        Assert.Equal(404, (int)(await gateway.Client.GetAsync("/v1/kv/ns/k")).StatusCode);
        Assert.Equal(404, (int)(await gateway.Client.GetAsync("/v1/kv/default/k")).StatusCode);
    }

    /// <summary>Form, methods and errors are those of the gateway's own address.</summary>
    [Theory]
    [InlineData("POST", "/metrics", "", 405, "method_not_allowed")]
    [InlineData("POST", "/health", "", 405, "method_not_allowed")]
    [InlineData("DELETE", "/alive", "", 405, "method_not_allowed")]
    [InlineData("POST", "/openapi/v1.json", "", 405, "method_not_allowed")]
    [InlineData("HEAD", "/scalar", "", 405, "")]
    [InlineData("get", "/metrics", "", 501, "method_not_implemented")]
    [InlineData("GET", "/metrics", "Content-Encoding: gzip\r\n", 415, "content_encoding_not_supported")]
    [InlineData("HEAD", "/metrics", "", 200, "")]
    [InlineData("HEAD", "/openapi/v1.json", "", 200, "")]
    [InlineData("HEAD", "/health", "", 200, "")]
    [InlineData("GET", "/nothing", "", 404, "route_not_found")]
    [InlineData("GET", "/metrics/../v1/cluster", "", 404, "route_not_found")]
    public async Task Operators_Request_IsJudgedAsAClientsIs(string method, string target, string headers, int status, string said)
    {
        await using var gateway = await TestGateway.StartAsync(settings: Managed);

        var answer = await AskAsync(gateway.ConnectToManagement, method, target, headers);

        Assert.Equal(status, answer.Status);
        Assert.Contains(said, answer.Text, StringComparison.Ordinal);
        Assert.Equal(status == 405, answer.Headers.ContainsKey("Allow"));
    }

    /// <summary>What leads nowhere is not offered.</summary>
    [Fact]
    public async Task Root_OnEitherListener_NamesWhatIsThere()
    {
        await using var gateway = await TestGateway.StartAsync(settings: Managed);
        foreach (var connect in new Func<RawConnection>[] { gateway.Connect, gateway.ConnectToManagement })
        {
            var paths = Paths().Matches((await AskAsync(connect, "GET", "/")).Text).Select(match => match.Groups["path"].Value).ToList();

            Assert.NotEmpty(paths);
            foreach (var path in paths)
            {
                Assert.NotEqual(404, (await AskAsync(connect, "GET", path)).Status);
            }
        }
    }

    [Fact]
    public async Task Root_OfABrowser_LeadsToThePageWhereThereIsOne()
    {
        await using var gateway = await TestGateway.StartAsync(settings: Managed);

        Assert.Equal(200, (await AskAsync(gateway.Connect, "GET", "/", "Accept: text/html\r\n")).Status);
        var led = await AskAsync(gateway.ConnectToManagement, "GET", "/", "Accept: text/html\r\n");
        Assert.Equal((302, "/scalar"), (led.Status, led.Headers["Location"]));
    }

    /// <summary>Whoever uses up what an address may ask keeps no operator at that address from looking.</summary>
    [Fact]
    public async Task Operators_BesideClientsBeyondTheirRate_AreAnswered()
    {
        await using var gateway = await TestGateway.StartAsync(settings: new(Managed) { ["Gateway:RequestsPerSecondPerAddress"] = "1" });
        await Eventually.TrueAsync(
            async () => (await AskAsync(gateway.Connect, "GET", "/v1/kv/ns/k")).Status == 429, "the address is beyond its rate");

        for (var i = 0; i < 20; i++)
        {
            Assert.Equal(200, (await AskAsync(gateway.ConnectToManagement, "GET", "/alive")).Status);
        }
    }

    /// <summary>Read from the endpoints themselves: whatever is added is for clients, or it has no place here.</summary>
    [Fact]
    public async Task Endpoints_OutsideDevelopmentWithoutTheListener_AreThoseOfClients()
    {
        await using var gateway = await TestGateway.StartAsync(settings: Production);
        var paths = gateway.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Select(endpoint => "/" + endpoint.RoutePattern.RawText!.TrimStart('/')).Distinct();

        Assert.Equal(
            [
                "/", "/alive", "/delete-value", "/get-value", "/health", "/health/all", "/login", "/set-value", "/v1/admin/members",
                "/v1/admin/members/{node}", "/v1/admin/plan", "/v1/admin/plans", "/v1/admin/plans/{id}/commit", "/v1/admin/tombstones",
                "/v1/admin/topology", "/v1/cluster", "/v1/kv/{namespace}/{key}",
            ],
            paths.Order(StringComparer.Ordinal));
    }

    /// <summary>On a connection of its own, since answers without a length are not read to their end.</summary>
    private static async Task<RawResponse> AskAsync(
        Func<RawConnection> connect, string method, string target, string headers = "", byte[]? body = null)
    {
        using var connection = connect();
        return await connection.RequestAsync(method, target, headers, body);
    }

    private static string Bearer(TestGateway gateway) => $"Authorization: Bearer {gateway.Token}\r\n";

    [GeneratedRegex(@"""(?<path>/[^""]*)""")]
    private static partial Regex Paths();
}
