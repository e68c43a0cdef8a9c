using System.Net;
using AspireKv.AccessTokens.Tests.Support;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Time.Testing;

namespace AspireKv.AccessTokens.Tests;

public sealed class AccessTokenKeySourceTests
{
    private static readonly TestKey First = new();
    private static readonly TestKey Second = new();

    [Fact]
    public async Task Validate_BeforeKeysAreLoaded_SaysSoAndIsUnhealthy()
    {
        await using var host = new ValidationHost(First);

        Assert.Equal(AccessTokenRejection.KeysNotLoaded, await host.RejectionOfAsync(host.Token));
        Assert.False(host.Validator.KeysLoaded);
        Assert.Equal(HealthStatus.Unhealthy, await host.HealthAsync());
    }

    [Fact]
    public async Task Validate_WhileTheFirstFetchRuns_WaitsForIt()
    {
        await using var host = new ValidationHost(First);
        var published = host.Jwks.Answer;
        var release = new TaskCompletionSource();
        host.Jwks.Answer = async cancellationToken =>
        {
            await release.Task;
            return await published(cancellationToken);
        };
        await host.Source.StartAsync(CancellationToken.None);
        await Eventually.TrueAsync(() => host.Jwks.Requests == 1, "the first fetch");
        var rejection = host.RejectionOfAsync(host.Token);
        Assert.False(rejection.IsCompleted);

        release.SetResult();

        Assert.Equal(AccessTokenRejection.None, await rejection.WaitAsync(TimeSpan.FromSeconds(20), TimeProvider.System));
    }

    [Fact]
    public async Task Start_AuthStaysDown_WarnsOnce()
    {
        await using var host = new ValidationHost(First);
        host.Jwks.GoDown();
        await host.Source.StartAsync(CancellationToken.None);
        await Eventually.TrueAsync(
            () =>
            {
                host.Time.Advance(TimeSpan.FromSeconds(1));
                return host.Jwks.Requests >= 5;
            },
            "five fetches to fail");

        var warning = Assert.Single(host.Logs.Text.Split('\n'), line => line.StartsWith("Warning 5102", StringComparison.Ordinal));
        Assert.Contains("; there are none yet", warning, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_AuthComesUpLater_KeysAreLoadedAndHealthy()
    {
        await using var host = new ValidationHost(First);
        host.Jwks.GoDown();
        await host.Source.StartAsync(CancellationToken.None);
        await Eventually.TrueAsync(() => host.Jwks.Requests > 0, "the first fetch");

        host.Jwks.Publish(First);
        await Eventually.TrueAsync(
            () =>
            {
                host.Time.Advance(TimeSpan.FromSeconds(1));
                return host.Validator.KeysLoaded;
            },
            "a later fetch to load the keys");

        Assert.Equal(HealthStatus.Healthy, await host.HealthAsync());
        Assert.Equal(AccessTokenRejection.None, await host.RejectionOfAsync(host.Token));
    }

    [Fact]
    public async Task Validate_KeyRotated_NewTokenIsAcceptedAtOnceAndOldOneRefused()
    {
        await using var host = await ValidationHost.StartAsync(First);
        var old = host.Token;
        Assert.Equal(AccessTokenRejection.None, await host.RejectionOfAsync(old));

        host.Jwks.Publish(Second);
        host.Time.Advance(host.Options.UnknownKeyInterval);

        Assert.Equal(AccessTokenRejection.None, await host.RejectionOfAsync(Second.Sign(Second.Header, host.Payload)));
        Assert.Equal(AccessTokenRejection.UnknownKey, await host.RejectionOfAsync(old));
    }

    /// <summary>Whoever logs in right after the auth service lost its key is not refused for half a minute.</summary>
    [Fact]
    public async Task Validate_KeyReplacedTwiceSoonAfterTheStart_FreshTokensAreAcceptedAtOnce()
    {
        await using var host = await ValidationHost.StartAsync(First);
        for (var replaced = 0; replaced < 2; replaced++)
        {
            var key = new TestKey();
            host.Jwks.Publish(key);
            host.Time.Advance(TimeSpan.FromSeconds(1));

            Assert.Equal(AccessTokenRejection.None, await host.RejectionOfAsync(key.Sign(key.Header, host.Payload)));
        }
    }

    [Theory]
    [InlineData(35, "35 s ahead of")]
    [InlineData(-4_200, "4200 s behind")]
    [InlineData(2, null)]
    [InlineData(-2, null)]
    public async Task Fetch_ClockOfTheAuthServiceIsOff_IsSaidOnce(int seconds, string? said)
    {
        await using var host = new ValidationHost(First);
        var published = host.Jwks.Answer;
        host.Jwks.Answer = async cancellationToken =>
        {
            var answer = await published(cancellationToken);
            answer.Headers.Date = host.Time.GetUtcNow().AddSeconds(seconds);
            return answer;
        };
        await host.Source.StartAsync(CancellationToken.None);
        await Eventually.TrueAsync(
            () =>
            {
                host.Time.Advance(host.Options.RefreshInterval);
                return host.Jwks.Requests >= 3;
            },
            "two refreshes");

        var lines = host.Logs.Text.Split('\n').Where(line => line.StartsWith("Warning 5103", StringComparison.Ordinal)).ToList();
        Assert.Equal(said is null ? 0 : 1, lines.Count);
        Assert.All(lines, line => Assert.Contains(said!, line, StringComparison.Ordinal));
    }

    /// <summary>The clock goes wrong between two fetches: a signed token that is refused for it lets the log say so.</summary>
    [Theory]
    [InlineData(true, 1)]
    [InlineData(false, 0)]
    public async Task Validate_TokensFromTheFuture_AreSaidOnceWhereTheyAreSigned(bool isSigned, int lines)
    {
        await using var host = await ValidationHost.StartAsync(First);
        var before = host.Jwks.Requests;
        var token = new TokenForge(First, new FakeTimeProvider(host.Time.GetUtcNow().AddSeconds(35))).Token;
        var ahead = isSigned ? token : token[..^8] + "AAAAAAAA";

        for (var i = 0; i < 20; i++)
        {
            Assert.Equal(AccessTokenRejection.NotYetValid, await host.RejectionOfAsync(ahead));
        }

        var said = host.Logs.Text.Split('\n').Where(line => line.StartsWith("Warning 5103", StringComparison.Ordinal)).ToList();
        Assert.Equal(lines, said.Count);
        Assert.All(said, line => Assert.Contains("35 s ahead of", line, StringComparison.Ordinal));
        Assert.Equal(before, host.Jwks.Requests);
    }

    [Fact]
    public async Task Validate_BothKeysPublished_BothAreAccepted()
    {
        await using var host = await ValidationHost.StartAsync(First);
        host.Jwks.Publish(First, Second);
        host.Time.Advance(host.Options.UnknownKeyInterval);

        Assert.Equal(AccessTokenRejection.None, await host.RejectionOfAsync(Second.Sign(Second.Header, host.Payload)));
        Assert.Equal(AccessTokenRejection.None, await host.RejectionOfAsync(host.Token));
    }

    [Fact]
    public async Task Validate_TenRotations_RefuseNoTokenOfThePublishedKey()
    {
        await using var host = await ValidationHost.StartAsync(First);
        for (var rotation = 0; rotation < 10; rotation++)
        {
            var key = new TestKey();
            host.Jwks.Publish(First, key);
            host.Time.Advance(host.Options.UnknownKeyInterval);
            Assert.Equal(AccessTokenRejection.None, await host.RejectionOfAsync(key.Sign(key.Header, host.Payload)));
        }
    }

    [Fact]
    public async Task Validate_StormOfUnknownKeys_FetchesOnceInThirtySeconds()
    {
        await using var host = await ValidationHost.StartAsync(First);
        var before = host.Jwks.Requests;
        for (var second = 0; second < 90; second++)
        {
            host.Time.Advance(TimeSpan.FromSeconds(1));
            var strangers = Enumerable.Range(0, 20).Select(_ => UnknownKeyToken(host));
            var reasons = await Task.WhenAll(strangers.Select(host.RejectionOfAsync));
            Assert.All(reasons, reason => Assert.Equal(AccessTokenRejection.UnknownKey, reason));
        }

        Assert.InRange(host.Jwks.Requests - before, 1, 3);
    }

    [Fact]
    public async Task Validate_AuthDown_KnownKeyGoesOnWorking()
    {
        await using var host = await ValidationHost.StartAsync(First);
        host.Jwks.GoDown();
        var before = host.Jwks.Requests;
        await Eventually.TrueAsync(
            () =>
            {
                host.Time.Advance(host.Options.RefreshInterval);
                return host.Jwks.Requests >= before + 3;
            },
            "three refreshes to fail");

        Assert.Equal(AccessTokenRejection.None, await host.RejectionOfAsync(host.Token));
        Assert.Equal(AccessTokenRejection.UnknownKey, await host.RejectionOfAsync(UnknownKeyToken(host)));
        Assert.Equal(HealthStatus.Healthy, await host.HealthAsync());
        Assert.Contains("; earlier ones stay in use", host.Logs.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Refresh_KeyWithdrawn_TokenIsRefusedAfterTheInterval()
    {
        await using var host = await ValidationHost.StartAsync(First);
        Assert.Equal(AccessTokenRejection.None, await host.RejectionOfAsync(host.Token));
        host.Jwks.Publish(Second);
        await Eventually.TrueAsync(
            () =>
            {
                host.Time.Advance(host.Options.RefreshInterval);
                return host.Source.Current!.Find(Second.Id) is not null;
            },
            "the refresh to bring the other key");

        Assert.Equal(AccessTokenRejection.UnknownKey, await host.RejectionOfAsync(host.Token));
    }

    [Fact]
    public async Task Refresh_SameKeys_KeepsTheCache()
    {
        await using var host = await ValidationHost.StartAsync(First);
        await host.RejectionOfAsync(host.Token);
        var keySet = host.Source.Current;
        var before = host.Jwks.Requests;
        await Eventually.TrueAsync(
            () =>
            {
                host.Time.Advance(host.Options.RefreshInterval);
                return host.Jwks.Requests >= before + 2;
            },
            "two refreshes");

        Assert.Same(keySet, host.Source.Current);
        Assert.Equal(1, keySet!.Validated.Count);
    }

    [Fact]
    public async Task Fetch_NoAnswer_EndsAtItsTimeout()
    {
        await using var host = await ValidationHost.StartAsync(First);
        var cancelled = new TaskCompletionSource();
        host.Jwks.Answer = async cancellationToken =>
        {
            await using var registration = cancellationToken.Register(cancelled.SetResult);
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
            throw new InvalidOperationException("An infinite delay has ended.");
        };
        host.Time.Advance(host.Options.UnknownKeyInterval);
        var before = host.Jwks.Requests;
        var rejection = host.RejectionOfAsync(UnknownKeyToken(host));
        await Eventually.TrueAsync(() => host.Jwks.Requests > before, "the fetch to begin");

        host.Time.Advance(host.Options.FetchTimeout);
        await cancelled.Task.WaitAsync(TimeSpan.FromSeconds(20), TimeProvider.System);

        Assert.Equal(AccessTokenRejection.UnknownKey, await rejection.WaitAsync(TimeSpan.FromSeconds(20), TimeProvider.System));
        Assert.Equal(AccessTokenRejection.None, await host.RejectionOfAsync(host.Token));
    }

    [Theory]
    [InlineData("")]
    [InlineData("<html>hello</html>")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("{\"keys\":[]}")]
    [InlineData("{\"keys\":{}}")]
    [InlineData("{\"keys\":[1,2]}")]
    [InlineData("{\"keys\":[{\"kty\":7}]}")]
    [InlineData("{\"keys\":[{\"kty\":\"oct\",\"kid\":\"a\",\"k\":\"AAAA\"}]}")]
    [InlineData("{\"keys\":[],\"keys\":[]}")]
    public async Task Fetch_NotAKeySet_KeepsTheLastGoodKeys(string text)
    {
        await using var host = await ValidationHost.StartAsync(First);
        host.Jwks.AnswerText(text);
        host.Time.Advance(host.Options.UnknownKeyInterval);

        Assert.Equal(AccessTokenRejection.UnknownKey, await host.RejectionOfAsync(UnknownKeyToken(host)));
        Assert.Equal(AccessTokenRejection.None, await host.RejectionOfAsync(host.Token));
    }

    [Theory]
    [InlineData(64 * 1024, AccessTokenRejection.None)]
    [InlineData((64 * 1024) + 1, AccessTokenRejection.UnknownKey)]
    public async Task Fetch_LongAnswer_IsGivenUpBeyondTheBound(int bytes, AccessTokenRejection expected)
    {
        await using var host = await ValidationHost.StartAsync(First);
        var text = $$"""{"keys":[{{First.Jwk}},{{Second.Jwk}}],"x":""}""";
        host.Jwks.AnswerText(text.Insert(text.Length - 2, new string('x', bytes - text.Length)));

        Assert.Equal(expected, await host.RejectionOfAsync(Second.Sign(Second.Header, host.Payload)));
        Assert.Equal(AccessTokenRejection.None, await host.RejectionOfAsync(host.Token));
    }

    [Theory]
    [InlineData(HttpStatusCode.Redirect)]
    [InlineData(HttpStatusCode.InternalServerError)]
    [InlineData(HttpStatusCode.NoContent)]
    public async Task Fetch_AnotherStatus_KeepsTheLastGoodKeys(HttpStatusCode status)
    {
        await using var host = await ValidationHost.StartAsync(First);
        host.Jwks.Answer = _ =>
        {
            var response = new HttpResponseMessage(status) { Content = new StringContent($$"""{"keys":[{{Second.Jwk}}]}""") };
            response.Headers.Location = new Uri("http://evil.example/keys");
            return Task.FromResult(response);
        };
        host.Time.Advance(host.Options.UnknownKeyInterval);
        var before = host.Jwks.Requests;

        Assert.Equal(AccessTokenRejection.UnknownKey, await host.RejectionOfAsync(Second.Sign(Second.Header, host.Payload)));
        Assert.Equal(before + 1, host.Jwks.Requests);
        Assert.Equal(AccessTokenRejection.None, await host.RejectionOfAsync(host.Token));
    }

    private static string UnknownKeyToken(ValidationHost host)
    {
        var id = Convert.ToBase64String(System.Security.Cryptography.RandomNumberGenerator.GetBytes(32))
            .TrimEnd('=')
            .Replace('+', '-')
            .Replace('/', '_');
        return First.Sign($$"""{"alg":"RS256","typ":"at+jwt","kid":"{{id}}"}""", host.Payload);
    }
}
