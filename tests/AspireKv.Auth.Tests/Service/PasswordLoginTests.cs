using System.Net;
using AspireKv.Auth.Accounts;
using AspireKv.Auth.Tests.Support;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
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
    public async Task Login_TenFailuresForAnAccountFromAnAddress_Is429ThereAndNowhereElse()
    {
        await FailAsync(_host, Enumerable.Repeat(AuthHost.Email, 10));

        using var refused = await _host.LogInAsync(AuthHost.Email, AuthHost.Password);
        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.Equal(TimeSpan.FromSeconds(30), refused.Headers.RetryAfter!.Delta);
        _host.Address = IPAddress.Parse("192.0.2.2");
        await _host.TokenAsync();

        _host.Address = IPAddress.Parse("192.0.2.1");
        _host.Time.Advance(refused.Headers.RetryAfter.Delta!.Value);
        await _host.TokenAsync();
    }

    [Fact]
    public async Task Login_RightPassword_CostsNoTry()
    {
        for (var i = 0; i < 25; i++)
        {
            await _host.TokenAsync();
        }
    }

    /// <summary>The rule itself is shown for an hour by the tests of the limiter; here the service keeps it.</summary>
    [Fact]
    public async Task Login_WhileAnAttackerGuesses_SucceedsAtTheFirstTryEveryMinute()
    {
        for (var minute = 0; minute < 10; minute++)
        {
            _host.Address = IPAddress.Parse("203.0.113.7");
            HttpStatusCode status;
            do
            {
                using var guess = await _host.LogInAsync(AuthHost.Email, "another password");
                status = guess.StatusCode;
            }
            while (status == HttpStatusCode.Unauthorized);

            Assert.Equal(HttpStatusCode.TooManyRequests, status);
            _host.Address = new IPAddress([192, 0, 2, (byte)minute]);
            await _host.TokenAsync();
            _host.Time.Advance(TimeSpan.FromMinutes(1));
        }
    }

    [Fact]
    public async Task Login_ManyFailuresFromAnAddress_Is429ForStrangersAndAnotherAddressIsNot()
    {
        using var strict = Strict();
        await FailAsync(strict, Enumerable.Range(0, 10).Select(i => $"user{i}@example.com"));

        using var refused = await strict.LogInAsync(AuthHost.Email, AuthHost.Password);
        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        strict.Address = IPAddress.Parse("192.0.2.2");
        await strict.TokenAsync();
    }

    [Fact]
    public async Task Login_ForwardedForFromAnyone_IsIgnoredAndSaidOnce()
    {
        using var strict = Strict();
        for (var i = 0; i < 10; i++)
        {
            using var tried = await strict.PostAsync(
                AuthHost.LoginBody($"user{i}@example.com", "another password"), ("X-Forwarded-For", $"203.0.113.{i}"));
            Assert.Equal(HttpStatusCode.Unauthorized, tried.StatusCode);
        }

        using var refused = await strict.PostAsync(
            AuthHost.LoginBody(AuthHost.Email, AuthHost.Password), ("X-Forwarded-For", "203.0.113.99"));
        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.Single(strict.Logs.Text.Split('\n'), line => line.StartsWith("Warning 4304", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Login_ForwardedForFromTheGateway_IsWhatCounts()
    {
        using var strict = Strict();
        strict.Address = IPAddress.Loopback;
        for (var i = 0; i < 10; i++)
        {
            // The client put an address of its own in front; only the last is the gateway's word.
            using var tried = await strict.PostAsync(
                AuthHost.LoginBody($"user{i}@example.com", "another password"), ("X-Forwarded-For", $"203.0.113.{i}, 203.0.113.200"));
            Assert.Equal(HttpStatusCode.Unauthorized, tried.StatusCode);
        }

        using var refused = await strict.PostAsync(
            AuthHost.LoginBody(AuthHost.Email, AuthHost.Password), ("X-Forwarded-For", "203.0.113.200"));
        using var other = await strict.PostAsync(
            AuthHost.LoginBody(AuthHost.Email, AuthHost.Password), ("X-Forwarded-For", "203.0.113.201"));
        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.Equal(HttpStatusCode.OK, other.StatusCode);
    }

    [Fact]
    public async Task Login_AccountsAreLocked_Is503UntilTheyAreFree()
    {
        await _host.TokenAsync();
        using (var other = new SqliteConnection($"Data Source={_directory.File(AccountStore.FileName)};Pooling=False"))
        {
            await other.OpenAsync();
            using var command = other.CreateCommand();
            command.CommandText = "BEGIN EXCLUSIVE";
            await command.ExecuteNonQueryAsync();

            using var refused = await _host.LogInAsync(AuthHost.Email, AuthHost.Password);

            Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
            Assert.NotNull(refused.Headers.RetryAfter);
            Assert.Contains("Warning 4205", _host.Logs.Text, StringComparison.Ordinal);
        }

        await _host.TokenAsync();
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

    /// <summary>Were a login that finds no place a failure, ten refusals would keep its sender out.</summary>
    [Fact]
    public async Task Login_RefusedWhileTheHasherIsBusy_CostsNoTry()
    {
        using var small = AuthHost.Production(_directory, ("Auth:QueuedHashes", "1"));
        var responses = await Task.WhenAll(Enumerable.Range(0, 60).Select(_ => small.LogInAsync(AuthHost.Email, AuthHost.Password)));

        Assert.True(
            responses.Count(response => response.StatusCode == HttpStatusCode.TooManyRequests) > 10,
            string.Join(' ', responses.Select(response => (int)response.StatusCode)));
        await small.TokenAsync();
    }

    [Fact]
    public async Task Restart_SameDirectory_KeepsKeyAndAccountWithoutConfiguredAdministrator()
    {
        var before = new JsonWebToken(await _host.TokenAsync());
        _host.Dispose();
        using var restarted = new AuthHost(_directory.Path, "Production");

        var after = new JsonWebToken(await restarted.TokenAsync());

        Assert.Equal(before.Kid, after.Kid);
    }

    [Fact]
    public async Task Restart_OtherConfiguredPassword_LeavesTheAccountAsItIsAndSaysSo()
    {
        await _host.TokenAsync();
        Assert.DoesNotContain("4204", _host.Logs.Text, StringComparison.Ordinal);
        _host.Dispose();
        using var restarted = AuthHost.Production(_directory, ("Auth:Administrator:Password", "a wholly different one"));

        await restarted.TokenAsync();
        using var response = await restarted.LogInAsync(AuthHost.Email, "a wholly different one");
        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Contains("Warning 4204", restarted.Logs.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("wholly", restarted.Logs.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Restart_OtherConfiguredAdministrator_IsNotMadeAndSaidSo()
    {
        await _host.TokenAsync();
        _host.Dispose();
        using var restarted = AuthHost.Production(_directory, ("Auth:Administrator:Email", "second@example.com"));

        using var response = await restarted.LogInAsync("second@example.com", AuthHost.Password);
        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Contains("Warning 4203", restarted.Logs.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Restart_SamePassword_SaysNothing()
    {
        await _host.TokenAsync();
        _host.Dispose();
        using var restarted = AuthHost.Production(_directory);

        await restarted.TokenAsync();
        Assert.DoesNotContain("Warning 42", restarted.Logs.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Login_HashOfFewerRounds_IsReplacedByAStrongerOne()
    {
        await _host.TokenAsync();
        _host.Dispose();
        using var stronger = AuthHost.Production(_directory, ("Auth:PasswordHashRounds", "220000"));

        await stronger.TokenAsync();

        Assert.Equal(220_000, PasswordFormat.RoundsOf(StoredHash(_directory, AuthHost.Email)));
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
        var hash = StoredHash(_directory, AuthHost.Email);
        foreach (var secret in (string[])[AuthHost.Password, "another-secret-password", token, hash, "PRIVATE KEY"])
        {
            Assert.DoesNotContain(secret, logs, StringComparison.Ordinal);
        }
    }

    /// <summary>One try for an account from an address, ten from an address.</summary>
    private AuthHost Strict() => AuthHost.Production(_directory, ("Auth:LoginTries", "1"));

    private static async Task FailAsync(AuthHost host, IEnumerable<string> emails)
    {
        foreach (var email in emails)
        {
            using var tried = await host.LogInAsync(email, "another password");
            Assert.Equal(HttpStatusCode.Unauthorized, tried.StatusCode);
        }
    }

    private static string StoredHash(ScratchDirectory directory, string email)
    {
        Assert.True(EmailAddress.TryParse(email, out var address));
        return AccountStore.Open(directory.Path, new RecordingDisk(), NullLogger.Instance).FindHash(address)!;
    }
}
