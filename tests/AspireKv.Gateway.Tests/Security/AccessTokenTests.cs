using AspireKv.Cluster.Operations;
using AspireKv.Gateway.Tests.Hosting;
using AspireKv.Transport.Contracts;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.Tokens;

namespace AspireKv.Gateway.Tests.Security;

public sealed class AccessTokenTests(GatewayFixture fixture) : IClassFixture<GatewayFixture>
{
    private static readonly string[] OpenRoutes =
        ["/", "/login", "/metrics", "/health", "/health/all", "/alive", "/openapi/v1.json", "/scalar"];

    /// <summary>
    /// Read from the endpoints themselves, so that a new one cannot be forgotten: it is closed, or it stands in the list above.
    /// </summary>
    [Fact]
    public async Task Endpoints_ThatAreOpen_AreExactlyTheseWeKnow()
    {
        var gateway = fixture.Fresh();
        var endpoints = gateway.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>().ToArray();
        var open = endpoints.Where(endpoint => endpoint.Metadata.GetMetadata<IAllowAnonymous>() is not null).Select(Path).Distinct();
        Assert.All(
            open, path => Assert.Contains(OpenRoutes, known => path == known || path.StartsWith("/scalar/", StringComparison.Ordinal)));
        var closed = endpoints.Where(endpoint => endpoint.Metadata.GetMetadata<IAllowAnonymous>() is null).Select(Path).Distinct();
        Assert.Equal(
            [
                "/delete-value", "/get-value", "/set-value", "/v1/admin/members", "/v1/admin/members/{node}", "/v1/admin/plan",
                "/v1/admin/plans", "/v1/admin/plans/{id}/commit", "/v1/admin/tombstones", "/v1/admin/topology", "/v1/cluster",
                "/v1/kv/{namespace}/{key}",
            ],
            closed.Order(StringComparer.Ordinal));
    }

    public static TheoryData<string> BadCredentials =>
    [
        "none", "empty", "basic", "garbage", "foreign", "unsigned", "expired", "audience", "issuer", "tampered", "two", "list", "long",
    ];

    [Theory]
    [MemberData(nameof(BadCredentials))]
    public async Task Request_BadCredential_Is401OnEveryClosedRoute(string credential)
    {
        var gateway = fixture.Fresh();
        var lines = Headers(credential, gateway);
        foreach (var (method, path) in new[]
        {
            ("GET", "/v1/kv/ns/k"), ("HEAD", "/v1/kv/ns/k"), ("PUT", "/v1/kv/ns/k"), ("DELETE", "/v1/kv/ns/k"),
            ("POST", "/set-value"), ("POST", "/get-value"), ("POST", "/delete-value"), ("GET", "/v1/cluster"),
            ("GET", "/v1/admin/tombstones"), ("GET", "/v1/admin/topology"), ("GET", "/v1/admin/members"), ("PUT", "/v1/admin/members/4"),
            ("DELETE", "/v1/admin/members/4"), ("POST", "/v1/admin/plans"), ("POST", "/v1/admin/plans/7-a/commit"),
            ("GET", "/v1/admin/plan"), ("DELETE", "/v1/admin/plan"),
        })
        {
            using var connection = gateway.Connect();
            var answer = await connection.RequestAsync(method, path, lines, method is "PUT" or "POST" ? [1] : null);
            Assert.Equal(401, answer.Status);
            Assert.StartsWith("Bearer", answer.Headers["WWW-Authenticate"], StringComparison.Ordinal);
            Assert.Equal(
                (path == "/v1/kv/ns/k" && (method is "PUT" or "DELETE")) || path is "/set-value" or "/delete-value" ? "not-applied" : null,
                answer.Headers.GetValueOrDefault("AspireKv-Outcome"));
            Assert.False(answer.Headers.ContainsKey("AspireKv-Topology"), $"{method} {path} tells a stranger of the topology");
        }

        Assert.True(gateway.Nodes.All(node => node.IsUnasked), "something reached a node");
    }

    /// <summary>A client that knows its token to be too old logs in again; one whose token is wrong should not.</summary>
    [Fact]
    public async Task Request_ExpiredToken_IsToldApartFromAnInvalidOne()
    {
        var gateway = fixture.Fresh();
        using var connection = gateway.Connect();
        foreach (var (credential, code) in new[] { ("expired", "token_expired"), ("tampered", "token_invalid"), ("none", "token_missing") })
        {
            var answer = await connection.RequestAsync("GET", "/v1/kv/ns/k", Headers(credential, gateway));
            Assert.Contains($"\"code\":\"{code}\"", answer.Text, StringComparison.Ordinal);
            Assert.Equal(
                code == "token_expired", answer.Headers["WWW-Authenticate"].Contains("error_description", StringComparison.Ordinal));
        }
    }

    /// <summary>A token without its scheme is none (RFC 6750, 2.1): the answer says how to send one.</summary>
    [Theory]
    [InlineData("")]
    [InlineData("Bearer ")]
    [InlineData("Basic ")]
    public async Task Request_TokenNotSentAsBearer_IsToldThatNoneCame(string scheme)
    {
        var gateway = fixture.Fresh();
        using var connection = gateway.Connect();
        var sent = scheme + (scheme == "Bearer " ? "" : gateway.Token);
        var answer = await connection.RequestAsync("GET", "/v1/kv/ns/k", $"Authorization: {sent}\r\n");

        Assert.Equal(401, answer.Status);
        Assert.Contains("\"code\":\"token_missing\"", answer.Text, StringComparison.Ordinal);
    }

    /// <summary>The gateway let the request in; when its body had come, the token was too old for the node.</summary>
    [Fact]
    public async Task Put_TokenThatEndsWhileTheBodyComes_IsToldThatItExpired()
    {
        var gateway = fixture.Fresh();
        foreach (var node in gateway.Nodes)
        {
            node.Behaviour = _ => new OperationReply(Delivery.Answered, OperationResult.NotApplied(NotAppliedReason.Unauthorized));
        }

        var now = TimeProvider.System.GetUtcNow().UtcDateTime;
        var token = FakeAuthKeys.Shared.Issue(descriptor =>
        {
            descriptor.IssuedAt = descriptor.NotBefore = now.AddMinutes(-5);
            // Within the skew of clocks that is borne.
            descriptor.Expires = now.AddSeconds(-5);
        });
        using var connection = gateway.Connect();
        var old = await connection.RequestAsync("PUT", "/v1/kv/ns/k", Line(token), [1]);
        Assert.Contains("\"code\":\"token_expired\"", old.Text, StringComparison.Ordinal);
        var young = await connection.RequestAsync("PUT", "/v1/kv/ns/k", Line(gateway.Token), [1]);
        Assert.Contains("\"code\":\"token_invalid\"", young.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("bearer")]
    [InlineData("BEARER")]
    public async Task Request_SchemeInAnyCase_IsAccepted(string scheme)
    {
        var gateway = fixture.Fresh();
        using var connection = gateway.Connect();
        Assert.Equal(404, (await connection.RequestAsync("GET", "/v1/kv/ns/k", $"Authorization: {scheme} {gateway.Token}\r\n")).Status);
    }

    [Fact]
    public async Task Request_WithAuthGone_StillFlows()
    {
        await using var gateway = await TestGateway.StartAsync();
        var fresh = FakeAuthKeys.Shared.Issue(descriptor => descriptor.Claims["sub"] = "another@example.com");
        await gateway.Auth.DisposeAsync();
        using var connection = gateway.Connect();
        Assert.Equal(404, (await connection.RequestAsync("GET", "/v1/kv/ns/k", $"Authorization: Bearer {gateway.Token}\r\n")).Status);
        Assert.Equal(404, (await connection.RequestAsync("GET", "/v1/kv/ns/k", $"Authorization: Bearer {fresh}\r\n")).Status);
    }

    private static string Headers(string credential, TestGateway gateway) => credential switch
    {
        "none" => "",
        "empty" => "Authorization: Bearer \r\n",
        "basic" => "Authorization: Basic dXNlcjpwdw==\r\n",
        "garbage" => "Authorization: Bearer x.y.z\r\n",
        "foreign" => Line(ForeignToken()),
        "unsigned" => Line(FakeAuthKeys.Shared.Issue(descriptor => descriptor.SigningCredentials = null)),
        "expired" => Line(FakeAuthKeys.Shared.Issue(Expire)),
        "audience" => Line(FakeAuthKeys.Shared.Issue(descriptor => descriptor.Audience = "other")),
        "issuer" => Line(FakeAuthKeys.Shared.Issue(descriptor => descriptor.Issuer = "other")),
        "tampered" => Line(Tamper(gateway.Token)),
        "two" => Line(gateway.Token) + Line(gateway.Token),
        "list" => $"Authorization: Bearer {gateway.Token}, Bearer {gateway.Token}\r\n",
        "long" => Line(new string('a', 5000)),
        _ => throw new ArgumentOutOfRangeException(nameof(credential)),
    };

    private static string Line(string token) => $"Authorization: Bearer {token}\r\n";

    private static void Expire(SecurityTokenDescriptor descriptor)
    {
        descriptor.IssuedAt = descriptor.NotBefore = TimeProvider.System.GetUtcNow().UtcDateTime.AddHours(-2);
        descriptor.Expires = TimeProvider.System.GetUtcNow().UtcDateTime.AddHours(-1);
    }

    /// <summary>Signed like ours, by someone else.</summary>
    private static string ForeignToken()
    {
        using var foreign = new FakeAuthKeys();
        return foreign.Issue();
    }

    private static string Tamper(string token)
    {
        var parts = token.Split('.');
        var payload = Base64UrlEncoder.Decode(parts[1]).Replace("user@", "root@", StringComparison.Ordinal);
        return $"{parts[0]}.{Base64UrlEncoder.Encode(payload)}.{parts[2]}";
    }

    private static string Path(RouteEndpoint endpoint) => "/" + endpoint.RoutePattern.RawText!.TrimStart('/');
}
