using AspireKv.Gateway.Settings;
using AspireKv.Gateway.Tests.Hosting;

namespace AspireKv.Gateway.Tests.Security;

public sealed class CrossOriginTests
{
    private const string Page = "https://app.example.com";

    [Fact]
    public async Task Preflight_OfAPageThatIsNamed_NeedsNoTokenAndAllowsWhatTheApiTakes()
    {
        await using var gateway = await TestGateway.StartAsync(settings: new() { ["Gateway:AllowedOrigins:0"] = Page });
        foreach (var (method, target) in new[]
        {
            ("PUT", "/v1/kv/ns/a%2Fb"), ("DELETE", "/v1/kv/ns/k"), ("POST", "/set-value"), ("POST", "/login"),
        })
        {
            var answer = await PreflightAsync(gateway, Page, method, target);
            Assert.Equal(204, answer.Status);
            Assert.Equal(Page, answer.Headers["Access-Control-Allow-Origin"]);
            Assert.Contains(method, answer.Headers["Access-Control-Allow-Methods"], StringComparison.Ordinal);
            Assert.Contains("If-Match", answer.Headers["Access-Control-Allow-Headers"], StringComparison.Ordinal);
        }

        Assert.False((await PreflightAsync(gateway, "https://evil.example", "PUT", "/v1/kv/ns/k")).Headers
            .ContainsKey("Access-Control-Allow-Origin"));
    }

    /// <summary>A script must be able to read why it was refused, whoever refused it.</summary>
    [Theory]
    [InlineData("GET", "/v1/kv/ns/k", true, 404)]
    [InlineData("PUT", "/v1/kv/ns/k", true, 204)]
    [InlineData("GET", "/v1/kv/ns/k", false, 401)]
    [InlineData("GET", "/v1/kv/ns/../k", true, 400)]
    [InlineData("GET", "/nope", true, 404)]
    public async Task Answer_ToAPageThatIsNamed_CanBeReadByIt(string method, string target, bool isGood, int status)
    {
        await using var gateway = await TestGateway.StartAsync(settings: new() { ["Gateway:AllowedOrigins:0"] = Page });
        using var connection = gateway.Connect();
        var token = isGood ? gateway.Token : "none.of.ours";
        var answer = await connection.RequestAsync(
            method, target, $"Origin: {Page}\r\nAuthorization: Bearer {token}\r\n", method == "PUT" ? [1] : null);
        Assert.Equal(status, answer.Status);
        Assert.Equal(Page, answer.Headers["Access-Control-Allow-Origin"]);
        Assert.Contains("ETag", answer.Headers["Access-Control-Expose-Headers"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Preflight_WithNoPageNamed_IsAMethodLikeAnyOther()
    {
        await using var gateway = await TestGateway.StartAsync();
        var answer = await PreflightAsync(gateway, Page, "PUT", "/v1/kv/ns/k");
        Assert.Equal(405, answer.Status);
        Assert.DoesNotContain(answer.Headers.Keys, name => name.StartsWith("Access-Control", StringComparison.OrdinalIgnoreCase));
    }

    [Theory]
    [InlineData("*", true)]
    [InlineData("https://app.example.com", true)]
    [InlineData("http://localhost:8080", true)]
    [InlineData("https://app.example.com/", false)]
    [InlineData("https://app.example.com/page", false)]
    [InlineData("https://user@app.example.com", false)]
    [InlineData("app.example.com", false)]
    [InlineData("ftp://app.example.com", false)]
    [InlineData("https://*.example.com", false)]
    [InlineData("", false)]
    public void IsOrigin_TakesSchemeHostAndPortAndNothingElse(string text, bool expected) => Assert.Equal(expected, Origins.IsOrigin(text));

    private static async Task<RawResponse> PreflightAsync(TestGateway gateway, string origin, string method, string target)
    {
        using var connection = gateway.Connect();
        return await connection.RequestAsync(
            "OPTIONS",
            target,
            $"Origin: {origin}\r\nAccess-Control-Request-Method: {method}\r\nAccess-Control-Request-Headers: authorization,if-match\r\n");
    }
}
