using System.Net;
using AspireKv.Auth.Accounts;
using AspireKv.Auth.Tests.Support;
using Microsoft.IdentityModel.JsonWebTokens;

namespace AspireKv.Auth.Tests.Service;

public sealed class PasswordLoginTests : IDisposable
{
    private readonly ScratchDirectory _directory = new();
    private readonly AuthHost _host;

    public PasswordLoginTests() => _host = AuthHost.Production(_directory);

    public void Dispose()
    {
        _host.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public async Task Login_RightPassword_IssuesATokenOfFifteenMinutes()
    {
        var token = new JsonWebToken(await _host.TokenAsync());

        Assert.Equal(TimeSpan.FromMinutes(15), token.ValidTo - token.IssuedAt);
        Assert.Equal(AuthHost.Email, token.Subject);
    }

    [Fact]
    public async Task Login_EmailInOtherCase_IsTheSameAccount() => await _host.TokenAsync("Admin@EXAMPLE.com");

    [Fact]
    public async Task Login_WrongPasswordOrUnknownAccount_IsTheSameAnswerByteForByte()
    {
        using var wrong = await _host.LogInAsync(AuthHost.Email, "another password");
        using var unknown = await _host.LogInAsync("nobody@example.com", "another password");
        using var tooShort = await _host.LogInAsync(AuthHost.Email, "short");
        using var tooLong = await _host.LogInAsync(AuthHost.Email, new string('x', 129));
        using var empty = await _host.LogInAsync(AuthHost.Email, "");

        HttpResponseMessage[] all = [wrong, unknown, tooShort, tooLong, empty];
        var bodies = await Task.WhenAll(all.Select(response => response.Content.ReadAsStringAsync()));
        Assert.All(all, response => Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode));
        Assert.Contains("unknown e-mail or wrong password", Assert.Single(bodies.Distinct()), StringComparison.Ordinal);
        Assert.Single(all.Select(response => response.Headers.ToString()).Distinct());
    }

    [Fact]
    public async Task Login_WithoutPassword_Is400()
    {
        using var response = await _host.LogInAsync(AuthHost.Email);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    [Fact]
    public async Task Login_EleventhTryForAnAccount_Is429UntilTheWindowHasPassed()
    {
        for (var i = 0; i < 10; i++)
        {
            _host.Address = new IPAddress([198, 51, 100, (byte)i]);
            using var tried = await _host.LogInAsync(AuthHost.Email, "another password");
            Assert.Equal(HttpStatusCode.Unauthorized, tried.StatusCode);
        }

        _host.Address = IPAddress.Parse("198.51.100.77");
        using var refused = await _host.LogInAsync(AuthHost.Email, AuthHost.Password);
        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.Equal(TimeSpan.FromMinutes(5), refused.Headers.RetryAfter!.Delta);

        _host.Time.Advance(refused.Headers.RetryAfter.Delta!.Value);
        await _host.TokenAsync();
    }

    [Fact]
    public async Task Login_EleventhTryFromAnAddress_Is429AndAnotherAddressIsNot()
    {
        for (var i = 0; i < 10; i++)
        {
            using var tried = await _host.LogInAsync($"user{i}@example.com", "another password");
            Assert.Equal(HttpStatusCode.Unauthorized, tried.StatusCode);
        }

        using var refused = await _host.LogInAsync(AuthHost.Email, AuthHost.Password);
        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        _host.Address = IPAddress.Parse("192.0.2.2");
        await _host.TokenAsync();
    }

    [Fact]
    public async Task Login_ForwardedForFromAnyone_IsIgnored()
    {
        for (var i = 0; i < 10; i++)
        {
            using var tried = await _host.PostAsync(
                AuthHost.LoginBody($"user{i}@example.com", "another password"), ("X-Forwarded-For", $"203.0.113.{i}"));
            Assert.Equal(HttpStatusCode.Unauthorized, tried.StatusCode);
        }

        using var refused = await _host.PostAsync(
            AuthHost.LoginBody(AuthHost.Email, AuthHost.Password), ("X-Forwarded-For", "203.0.113.99"));
        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
    }

    [Fact]
    public async Task Login_ForwardedForFromTheGateway_IsWhatCounts()
    {
        _host.Address = IPAddress.Loopback;
        for (var i = 0; i < 10; i++)
        {
            // The client put an address of its own in front; only the last is the gateway's word.
            using var tried = await _host.PostAsync(
                AuthHost.LoginBody($"user{i}@example.com", "another password"), ("X-Forwarded-For", $"203.0.113.{i}, 203.0.113.200"));
            Assert.Equal(HttpStatusCode.Unauthorized, tried.StatusCode);
        }

        using var refused = await _host.PostAsync(
            AuthHost.LoginBody(AuthHost.Email, AuthHost.Password), ("X-Forwarded-For", "203.0.113.200"));
        using var other = await _host.PostAsync(
            AuthHost.LoginBody(AuthHost.Email, AuthHost.Password), ("X-Forwarded-For", "203.0.113.201"));
        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.Equal(HttpStatusCode.OK, other.StatusCode);
    }

    [Fact]
    public async Task Login_Flood_IsAnsweredAndBounded()
    {
        using var small = AuthHost.Production(_directory, ("Auth:QueuedHashes", "1"), ("Auth:LoginTries", "1000"));
        var responses = await Task.WhenAll(Enumerable.Range(0, 30).Select(_ => small.LogInAsync(AuthHost.Email, "another password")));

        Assert.All(responses, response => Assert.Contains(
            response.StatusCode, (HttpStatusCode[])[HttpStatusCode.Unauthorized, HttpStatusCode.TooManyRequests]));
        Assert.Contains(
            responses, response => response.StatusCode == HttpStatusCode.TooManyRequests && response.Headers.RetryAfter is not null);
        Assert.Contains(responses, response => response.StatusCode == HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Restart_SameDirectory_KeepsKeyAndAccountWithoutConfiguredAdministrator()
    {
        var before = new JsonWebToken(await _host.TokenAsync());
        using var restarted = new AuthHost(_directory.Path, "Production");

        var after = new JsonWebToken(await restarted.TokenAsync());

        Assert.Equal(before.Kid, after.Kid);
    }

    [Fact]
    public async Task Restart_OtherConfiguredPassword_LeavesTheAccountAsItIs()
    {
        await _host.TokenAsync();
        using var restarted = AuthHost.Production(_directory, ("Auth:Administrator:Password", "a wholly different one"));

        await restarted.TokenAsync();
        using var response = await restarted.LogInAsync(AuthHost.Email, "a wholly different one");
        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
    }

    [Fact]
    public async Task Login_HashOfFewerRounds_IsReplacedByAStrongerOne()
    {
        await _host.TokenAsync();
        using var stronger = AuthHost.Production(_directory, ("Auth:PasswordHashRounds", "220000"));

        await stronger.TokenAsync();

        Assert.Equal(220_000, StoredHash(_directory, AuthHost.Email).Rounds);
        await stronger.TokenAsync();
    }

    [Fact]
    public async Task Logs_OfLogins_HoldNoPasswordTokenOrHash()
    {
        var token = await _host.TokenAsync();
        using var refused = await _host.LogInAsync(AuthHost.Email, "another-secret-password");

        var logs = _host.Logs.Text;
        Assert.Contains("4301", logs, StringComparison.Ordinal);
        Assert.Contains("4302", logs, StringComparison.Ordinal);
        foreach (var secret in (string[])[AuthHost.Password, "another-secret-password", token, "pbkdf2", "PRIVATE KEY"])
        {
            Assert.DoesNotContain(secret, logs, StringComparison.Ordinal);
        }
    }

    private static PasswordHash StoredHash(ScratchDirectory directory, string email)
    {
        Assert.True(EmailAddress.TryParse(email, out var address));
        return AccountStore.Open(directory.Path).FindHash(address)!;
    }
}
