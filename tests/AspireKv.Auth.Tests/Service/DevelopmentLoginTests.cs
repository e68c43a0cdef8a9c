using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using AspireKv.AccessTokens;
using AspireKv.AccessTokens.Tests.Support;
using AspireKv.Auth.Tests.Support;
using Microsoft.IdentityModel.JsonWebTokens;

namespace AspireKv.Auth.Tests.Service;

public sealed class DevelopmentLoginTests(RunningAuth running) : IClassFixture<RunningAuth>
{
    private readonly AuthHost _host = running.Host;

    [Fact]
    public async Task Login_EmailAlone_IssuesATokenWithItsClaims()
    {
        using var response = await _host.LogInAsync("User@Example.com");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("no-store", response.Headers.CacheControl!.ToString());
        var answer = await response.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal("Success", answer.GetProperty("status").GetString());
        var token = new JsonWebToken(answer.GetProperty("token").GetString());
        var now = _host.Time.GetUtcNow().UtcDateTime;
        Assert.Equal(AccessTokenFormat.Algorithm, token.Alg);
        Assert.Equal("at+jwt", token.Typ);
        Assert.Equal("aspirekv-auth", token.Issuer);
        Assert.Equal(["aspirekv"], token.Audiences);
        Assert.Equal("user@example.com", token.Subject);
        Assert.Equal(now, token.IssuedAt);
        Assert.Equal(now, token.ValidFrom);
        Assert.Equal(now.AddHours(1), token.ValidTo);
        Assert.Equal(22, token.Id.Length);
    }

    /// <summary>Whatever the service listens on, and whatever name the request has for it.</summary>
    [Theory]
    [InlineData("127.0.0.9", null, HttpStatusCode.OK)]
    [InlineData("::1", null, HttpStatusCode.OK)]
    [InlineData("::ffff:127.0.0.1", null, HttpStatusCode.OK)]
    [InlineData("192.0.2.1", null, HttpStatusCode.Unauthorized)]
    [InlineData("2001:db8::1", null, HttpStatusCode.Unauthorized)]
    [InlineData("192.0.2.1", "127.0.0.1", HttpStatusCode.Unauthorized)]
    [InlineData("127.0.0.1", "127.0.0.1", HttpStatusCode.OK)]
    [InlineData("127.0.0.1", "192.0.2.1", HttpStatusCode.Unauthorized)]
    public async Task Login_WithoutPassword_IsForThisMachineOnly(string address, string? forwardedFor, HttpStatusCode status)
    {
        using var directory = new ScratchDirectory();
        using var host = AuthHost.Development(directory);
        host.Address = IPAddress.Parse(address);

        using var response = await host.PostAsync(
            AuthHost.LoginBody(AuthHost.Email), forwardedFor is null ? [] : [("X-Forwarded-For", forwardedFor)]);

        Assert.Equal(status, response.StatusCode);
        Assert.Equal(
            status != HttpStatusCode.OK,
            (await response.Content.ReadAsStringAsync()).Contains("only programs on this machine", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Login_Twice_GivesDifferentTokenIds()
    {
        var first = new JsonWebToken(await _host.TokenAsync());
        var second = new JsonWebToken(await _host.TokenAsync());

        Assert.NotEqual(first.Id, second.Id);
    }

    [Fact]
    public async Task Login_TokenIssued_IsAcceptedByTheValidatorFromTheKeyDocument()
    {
        using var client = _host.CreateClient();
        var document = await client.GetStringAsync(new Uri("/.well-known/jwks.json", UriKind.Relative));
        await using var validation = new ValidationHost(new TestKey());
        validation.Jwks.AnswerText(document);
        await validation.Source.StartAsync(CancellationToken.None);
        await Eventually.TrueAsync(() => validation.Validator.KeysLoaded, "the keys to be loaded");

        var result = await validation.Validator.ValidateAsync(await _host.TokenAsync());

        Assert.Equal(AccessTokenRejection.None, result.Rejection);
        Assert.Equal(AuthHost.Email, result.Token!.Subject);
        Assert.DoesNotContain("\"d\"", document, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Login_ManyTimes_IsNotLimited()
    {
        for (var i = 0; i < 30; i++)
        {
            await _host.TokenAsync();
        }
    }

    [Fact]
    public async Task Start_Development_WarnsOnceAndMakesNoAccounts()
    {
        await _host.TokenAsync();
        await _host.TokenAsync();

        Assert.Single(_host.Logs.Text.Split('\n'), line => line.StartsWith("Warning 4201", StringComparison.Ordinal));
        Assert.False(File.Exists(running.Directory.File("accounts.db")));
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("email=user@example.com")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("\"user@example.com\"")]
    [InlineData("{}")]
    [InlineData("{\"email\":null}")]
    [InlineData("{\"email\":7}")]
    [InlineData("{\"email\":[\"user@example.com\"]}")]
    [InlineData("{\"email\":\"\"}")]
    [InlineData("{\"email\":\"user\"}")]
    [InlineData("{\"email\":\"a@b@c\"}")]
    [InlineData("{\"email\":\"a@b\\u0000\"}")]
    [InlineData("{\"email\":\"\\ud800@b\"}")]
    [InlineData("{\"Email\":\"user@example.com\"}")]
    [InlineData("{\"email\":\"a@b.c\",\"email\":\"d@e.f\"}")]
    [InlineData("{\"email\":\"a@b.c\",\"password\":7}")]
    [InlineData("{\"email\":\"a@b.c\"}}")]
    [InlineData("{\"email\":\"a@b.c\",\"x\":[[[[[[[[[[1]]]]]]]]]]}")]
    public async Task Login_MalformedBody_Is400WithAnError(string body)
    {
        using var response = await _host.PostAsync(body);

        await AssertErrorAsync(HttpStatusCode.BadRequest, response);
    }

    [Fact]
    public async Task Login_NoEmailAddress_SaysSo()
    {
        using var response = await _host.PostAsync("{\"email\":\"nobody\"}");

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains("is not an e-mail address", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Login_BodyNotUtf8_Is400()
    {
        using var response = await _host.PostAsync([.. "{\"email\":\"a"u8, 0xff, .. "@b.c\"}"u8]);

        await AssertErrorAsync(HttpStatusCode.BadRequest, response);
    }

    [Fact]
    public async Task Login_BodyTooLong_Is413()
    {
        using var response = await _host.PostAsync($$"""{"email":"a@b.c","x":"{{new string('x', 5_000)}}"}""");

        await AssertErrorAsync(HttpStatusCode.RequestEntityTooLarge, response);
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("PUT")]
    [InlineData("DELETE")]
    [InlineData("PATCH")]
    [InlineData("OPTIONS")]
    public async Task Login_AnotherMethod_Is405ThatNamesPost(string method)
    {
        using var client = _host.CreateClient();
        using var request = new HttpRequestMessage(new HttpMethod(method), "/login");
        using var response = await client.SendAsync(request);

        Assert.Equal(["POST"], response.Content.Headers.Allow);
        await AssertErrorAsync(HttpStatusCode.MethodNotAllowed, response);
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/login/more")]
    [InlineData("/signing-key.pem")]
    [InlineData("/.well-known/openid-configuration")]
    public async Task Request_UnknownRoute_Is404WithAnError(string path)
    {
        using var client = _host.CreateClient();
        using var response = await client.GetAsync(new Uri(path, UriKind.Relative));

        await AssertErrorAsync(HttpStatusCode.NotFound, response);
    }

    [Theory]
    [InlineData("/alive")]
    [InlineData("/health")]
    [InlineData("/metrics")]
    public async Task Request_Watcher_IsAnswered(string path)
    {
        await _host.TokenAsync();
        using var client = _host.CreateClient();
        using var response = await client.GetAsync(new Uri(path, UriKind.Relative));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task Logs_OfALogin_NameTheTokenByIdOnly()
    {
        var token = await _host.TokenAsync();

        Assert.Contains(new JsonWebToken(token).Id, _host.Logs.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(token, _host.Logs.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(token.Split('.')[2], _host.Logs.Text, StringComparison.Ordinal);
    }

    private static async Task AssertErrorAsync(HttpStatusCode status, HttpResponseMessage response)
    {
        Assert.Equal(status, response.StatusCode);
        var answer = JsonSerializer.Deserialize<JsonElement>(Encoding.UTF8.GetString(await response.Content.ReadAsByteArrayAsync()));
        Assert.Equal("Error", answer.GetProperty("status").GetString());
        Assert.NotEmpty(answer.GetProperty("error").GetString()!);
    }
}
