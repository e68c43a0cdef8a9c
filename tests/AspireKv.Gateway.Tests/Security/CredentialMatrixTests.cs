using AspireKv.AccessTokens.Tests;
using AspireKv.AccessTokens.Tests.Support;
using AspireKv.Cluster.Membership;
using AspireKv.Gateway.Tests.Hosting;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.Tokens;

namespace AspireKv.Gateway.Tests.Security;

/// <summary>
/// Every route and method that the gateway has, read from its endpoints, with every kind of credential: a new route is judged without being
/// named here.
/// </summary>
public sealed class CredentialMatrixTests(GatewayFixture fixture) : IClassFixture<GatewayFixture>
{
    /// <summary>What routing takes any method for is asked with these.</summary>
    private static readonly string[] AnyMethod = ["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"];

    public static TheoryData<string> Credentials => ["none", "expired", "foreign", "unsigned", "tampered", "node", "valid"];

    [Theory]
    [MemberData(nameof(Credentials))]
    public async Task EveryRoute_WithThisCredential_IsDecided(string credential)
    {
        var gateway = fixture.Fresh();
        foreach (var node in gateway.Nodes)
        {
            node.Ordering = static _ => new OrderResult(OrderOutcome.Done, Version: 2, Generation: 1, Refusal: null);
        }

        var header = Header(credential, gateway);
        var asked = 0;
        foreach (var (method, path, isOpen) in Routes(gateway))
        {
            using var request = new HttpRequestMessage(new HttpMethod(method), path);
            if (header is not null)
            {
                request.Headers.TryAddWithoutValidation("Authorization", header);
            }

            if (method is "POST" or "PUT" or "PATCH")
            {
                request.Content = new StringContent("""{"key":"k","value":"v","email":"user@example.com"}""");
            }

            using var client = new HttpClient { BaseAddress = gateway.Address };
            using var answer = await client.SendAsync(request);
            var status = (int)answer.StatusCode;
            Assert.True(
                isOpen || credential == "valid" ? status is not (401 or 403 or >= 500) : status == 401,
                $"{method} {path} with the credential '{credential}' answers {status}");
            asked++;
        }

        Assert.True(asked >= 24, $"only {asked} routes were found");
        Assert.True(credential == "valid" || gateway.Nodes.All(node => node.IsUnasked), "something reached a node");
    }

    [Fact]
    public async Task EveryRoute_WithAHostileToken_IsA401AndAsksNobody()
    {
        var gateway = fixture.Fresh();
        var forge = new TokenForge(FakeAuthKeys.Shared.TestKey, TimeProvider.System);
        var routes = Routes(gateway).Where(route => !route.IsOpen).ToList();
        var fetches = gateway.Auth.KeyFetches;
        using var client = new HttpClient { BaseAddress = gateway.Address };
        var (asked, notSent) = (0, 0);
        foreach (var (name, (make, _)) in HostileTokens.All)
        {
            var token = make(forge);
            foreach (var (method, path, _) in routes)
            {
                using var request = new HttpRequestMessage(new HttpMethod(method), path);
                if (token.AsSpan().IndexOfAnyExceptInRange(' ', '~') >= 0
                    || !request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {token}"))
                {
                    notSent++;
                    continue;
                }

                var status = await StatusOfAsync(client, request);

                // The server takes no headers of 32 KiB and more, and may close the connection while they are still being sent.
                Assert.True(
                    status == 401 || (status is 431 or null && token.Length > 16_000), $"{method} {path} with '{name}' answers {status}");
                asked++;
            }
        }

        Assert.True(asked > 80 * routes.Count, $"only {asked} requests were sent, {notSent} could not be");
        Assert.Equal(fetches, gateway.Auth.KeyFetches);
        Assert.True(gateway.Nodes.All(node => node.IsUnasked), "something reached a node");
    }

    /// <summary>Null for a request that was cut off before it was sent.</summary>
    private static async Task<int?> StatusOfAsync(HttpClient client, HttpRequestMessage request)
    {
        try
        {
            using var answer = await client.SendAsync(request);
            return (int)answer.StatusCode;
        }
        catch (HttpRequestException exception) when (exception.InnerException is IOException)
        {
            return null;
        }
    }

    private static IEnumerable<(string Method, string Path, bool IsOpen)> Routes(TestGateway gateway) =>
        from endpoint in gateway.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
        let isOpen = endpoint.Metadata.GetMetadata<IAllowAnonymous>() is not null
        let path = "/" + endpoint.RoutePattern.RawText!.TrimStart('/')
        where !path.StartsWith("/scalar/", StringComparison.Ordinal)
        from method in endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? AnyMethod
        let target = path.Replace("{namespace}", "ns", StringComparison.Ordinal).Replace("{key}", "k", StringComparison.Ordinal)
            .Replace("{node}", "4", StringComparison.Ordinal).Replace("{id}", "7-a", StringComparison.Ordinal)
        select (method, target, isOpen);

    private static string? Header(string credential, TestGateway gateway) => credential switch
    {
        "none" => null,
        "expired" => Bearer(FakeAuthKeys.Shared.Issue(Expire)),
        "foreign" => Bearer(ForeignToken()),
        "unsigned" => Bearer(FakeAuthKeys.Shared.Issue(descriptor => descriptor.SigningCredentials = null)),
        "tampered" => Bearer(gateway.Token[..^4] + "AAAA"),

        // What nodes prove themselves with on their own port is worth nothing here.
        "node" => Bearer(StreamNode.Credential.Replace(' ', '-')),
        _ => Bearer(gateway.Token),
    };

    private static string Bearer(string token) => $"Bearer {token}";

    private static void Expire(SecurityTokenDescriptor descriptor)
    {
        descriptor.IssuedAt = descriptor.NotBefore = TimeProvider.System.GetUtcNow().UtcDateTime.AddHours(-2);
        descriptor.Expires = TimeProvider.System.GetUtcNow().UtcDateTime.AddHours(-1);
    }

    private static string ForeignToken()
    {
        using var foreign = new FakeAuthKeys();
        return foreign.Issue();
    }
}
