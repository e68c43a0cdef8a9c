using System.Net;
using System.Net.Sockets;
using System.Text;
using AspireKv.Dialing;
using AspireKv.Gateway.Tests.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace AspireKv.Gateway.Tests.Proxy;

public sealed class LoginTests(GatewayFixture fixture) : IClassFixture<GatewayFixture>
{
    [Fact]
    public async Task Login_AsPlainCurlSendsIt_GivesATokenThatWorks()
    {
        var gateway = fixture.Fresh();
        const string Body = """{"email":"user@example.com"}""";
        var answer = await gateway.Client.PostAsync("/login", new StringContent(Body, Encoding.UTF8, "application/x-www-form-urlencoded"));
        var text = await answer.Content.ReadAsStringAsync();
        Assert.Equal(200, (int)answer.StatusCode);
        Assert.StartsWith("""{"status":"Success","token":""", text, StringComparison.Ordinal);
        Assert.True(answer.Headers.CacheControl!.NoStore);
        Assert.Equal("application/json", gateway.Auth.LastHeaders["Content-Type"]);
        Assert.Equal(Body, gateway.Auth.LastBody);

        var token = System.Text.Json.JsonDocument.Parse(text).RootElement.GetProperty("token").GetString();
        using var connection = gateway.Connect();
        Assert.Equal(404, (await connection.RequestAsync("GET", "/v1/kv/ns/k", $"Authorization: Bearer {token}\r\n")).Status);
    }

    /// <summary>Both that ask the auth service, for its keys and for a login, go by every address that its name has.</summary>
    [Fact]
    public async Task Auth_KnownByAName_IsReachedAtTheAddressThatAnswers()
    {
        var nobody = IPAddress.Parse("127.0.0.3");
        var race = new AddressRace(
            TimeProvider.System,
            (host, _) => Task.FromResult<IPAddress[]>(host == TestGateway.NameOfAuth ? [nobody, IPAddress.Loopback] : []));

        await using var gateway = await TestGateway.StartWithNamesAsync(race);

        Assert.Equal(200, (int)(await gateway.Client.PostAsync("/login", new StringContent("{}"))).StatusCode);
    }

    /// <summary>The proxy begins with any of the endpoints, so most of these logins begin with one that refuses.</summary>
    [Fact]
    public async Task Login_EndpointsOfAuthThatRefuse_ComesToTheOneThatAnswers()
    {
        using var refuses = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        refuses.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        await using var gateway = await TestGateway.StartAsync(settings: Enumerable.Range(1, 3).ToDictionary(
            index => $"services:auth:http:{index}", _ => (string?)$"http://{refuses.LocalEndPoint}"));

        for (var i = 1; i <= 20; i++)
        {
            Assert.Equal(200, (int)(await gateway.Client.PostAsync("/login", new StringContent("{}"))).StatusCode);
            Assert.Equal(i, gateway.Auth.Logins);
        }
    }

    /// <summary>A login that may have been received is not taken elsewhere: it could count as two tries of a password.</summary>
    [Fact]
    public async Task Login_EndpointThatBreaksOff_IsNotRepeatedAtAnother()
    {
        await using var breaksOff = await BreakingAuth.StartAsync();
        await using var gateway = await TestGateway.StartAsync(
            settings: new() { ["services:auth:http:1"] = breaksOff.Address });

        for (var i = 1; breaksOff.Logins < 3; i++)
        {
            Assert.True(i <= 100, "of 100 logins hardly any came to the second endpoint");
            var before = breaksOff.Logins;
            var answer = await gateway.Client.PostAsync("/login", new StringContent("{}"));
            Assert.Equal(breaksOff.Logins > before ? 503 : 200, (int)answer.StatusCode);
            Assert.Equal(i, gateway.Auth.Logins + breaksOff.Logins);
        }
    }

    [Fact]
    public async Task Login_WithHeadersThatServersTrust_PassesNoneOfThem()
    {
        string[] trusted =
        [
            "X-User-Id", "X-User-Roles", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Forwarded-Prefix", "Forwarded", "X-Original-For",
            "X-Original-Host", "X-Original-URL", "X-Rewrite-URL", "X-Real-IP", "X-Client-Cert", "X-ARR-ClientCert",
            "X-HTTP-Method-Override", "AspireKv-Node", "Cookie", "Proxy-Authorization",
        ];
        var gateway = fixture.Fresh();
        using var connection = gateway.Connect();
        var lines = string.Concat(trusted.Select(name => $"{name}: admin\r\n"));
        Assert.Equal(200, (await connection.RequestAsync("POST", "/login?admin=1", lines, "{}"u8.ToArray())).Status);
        Assert.DoesNotContain(trusted, gateway.Auth.LastHeaders.ContainsKey);
        Assert.Equal("/login", gateway.Auth.LastTarget);
    }

    [Fact]
    public async Task Login_ForwardedForByTheClient_IsReplacedByItsAddress()
    {
        var gateway = fixture.Fresh();
        using var connection = gateway.Connect();

        Assert.Equal(200, (await connection.RequestAsync("POST", "/login", "X-Forwarded-For: 192.0.2.1\r\n", "{}"u8.ToArray())).Status);

        Assert.Equal("127.0.0.1", gateway.Auth.LastHeaders["X-Forwarded-For"]);
    }

    [Fact]
    public async Task Login_ForwardedForByATrustedProxy_IsTheLastThatItNames()
    {
        await using var gateway = await TestGateway.StartAsync(settings: new() { ["Gateway:TrustedProxies:0"] = "127.0.0.0/8" });
        using var connection = gateway.Connect();

        const string Forwarded = "X-Forwarded-For: 203.0.113.9, 192.0.2.1\r\n";
        Assert.Equal(200, (await connection.RequestAsync("POST", "/login", Forwarded, "{}"u8.ToArray())).Status);

        Assert.Equal("192.0.2.1", gateway.Auth.LastHeaders["X-Forwarded-For"]);
    }

    [Fact]
    public async Task Login_AnswerOfAuth_PassesStatusBodyAndRetryAfterOnly()
    {
        var gateway = fixture.Fresh();
        var answer = await gateway.Client.PostAsync("/login", new StringContent("too-many"));
        Assert.Equal(429, (int)answer.StatusCode);
        Assert.Equal(TimeSpan.FromSeconds(7), answer.Headers.RetryAfter!.Delta);
        Assert.False(answer.Headers.Contains("X-Internal"));
        Assert.Contains("Too many tries", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Login_Refused_HasAChallenge()
    {
        var gateway = fixture.Fresh();
        var answer = await gateway.Client.PostAsync("/login", new StringContent("refused"));
        Assert.Equal(401, (int)answer.StatusCode);
        Assert.Equal("Bearer", answer.Headers.WwwAuthenticate.Single().Scheme);
    }

    [Fact]
    public async Task Login_WithAuthGone_IsA503InTheFormOfTheJsonRoutes()
    {
        await using var gateway = await TestGateway.StartAsync();
        await gateway.Auth.DisposeAsync();
        var answer = await gateway.Client.PostAsync("/login", new StringContent("{}"));
        await Problem.AssertJsonAsync(answer, 503, "auth_unavailable", outcome: null);
    }

    [Fact]
    public async Task Login_BodyTooLong_IsA413()
    {
        var gateway = fixture.Fresh();
        await Problem.AssertJsonAsync(
            await gateway.Client.PostAsync("/login", new ByteArrayContent(new byte[(4 * 1024) + 1])), 413, "body_too_large", outcome: null);
    }

    /// <summary>Reads each login and ends the connection without an answer.</summary>
    private sealed class BreakingAuth : IAsyncDisposable
    {
        private readonly WebApplication _app;
        private int _logins;

        private BreakingAuth()
        {
            var builder = WebApplication.CreateBuilder();
            builder.Logging.ClearProviders();
            builder.WebHost.UseUrls("http://127.0.0.1:0");
            _app = builder.Build();
            _app.MapGet("/.well-known/jwks.json", static context => context.Response.WriteAsync(FakeAuthKeys.Shared.Document));
            _app.MapPost("/login", async context =>
            {
                await context.Request.Body.CopyToAsync(Stream.Null);
                Interlocked.Increment(ref _logins);
                context.Abort();
            });
        }

        public string Address => _app.Urls.First();

        public int Logins => Volatile.Read(ref _logins);

        public static async Task<BreakingAuth> StartAsync()
        {
            var auth = new BreakingAuth();
            await auth._app.StartAsync();
            return auth;
        }

        public ValueTask DisposeAsync() => _app.DisposeAsync();
    }
}
