using AspireKv.AccessTokens.Tests.Support;

namespace AspireKv.AccessTokens.Tests;

/// <summary>When the keys are asked for, and what is said and counted of it.</summary>
public sealed class FetchPaceTests
{
    private static readonly TestKey Key = new();
    private static readonly TestKey Other = new();

    [Fact]
    public async Task Refresh_AuthIsDownAndUpAndDown_IsTriedAfterThePauseOfEach()
    {
        await using var host = new ValidationHost(Key, ("FetchTimeout", "00:00:03"));
        host.Jwks.GoDown();
        await host.Source.StartAsync(CancellationToken.None);

        // Without any keys in quick succession, up to every 2 s.
        await PausesAsync(host, 0.25, 0.5, 1, 2);
        host.Jwks.Publish(Key);
        await PausesAsync(host, 2);
        host.Jwks.GoDown();
        await PausesAsync(host, 300, 30);
        host.Jwks.Publish(Key);
        await PausesAsync(host, 30);
        host.Jwks.GoDown();
        await PausesAsync(host, 300);
        Assert.Equal(TimeSpan.FromSeconds(30), await PauseAsync(host));

        Assert.Equal(8, host.Meters.Sum("aspirekv.access_token.key_fetches|outcome=failure"));
        Assert.Equal(2, host.Meters.Sum("aspirekv.access_token.key_fetches|outcome=success"));

        // A series of failures is said once, each series.
        Assert.Equal(
            ["Warning 5102", "Information 5101", "Warning 5102", "Warning 5102"],
            host.Logs.Text.Split('\n').Select(line => string.Join(' ', line.Split(' ').Take(2))));
        Assert.Contains("with the keys " + Key.Id, host.Logs.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Validate_UnknownKeyAgain_IsSearchedForAfterThePause()
    {
        await using var host = await ValidationHost.StartAsync(Key);
        await SearchesAsync(host, expected: true);
        host.Time.Advance(TimeSpan.FromMilliseconds(29_999));
        await SearchesAsync(host, expected: false);
        host.Time.Advance(TimeSpan.FromMilliseconds(1));
        await SearchesAsync(host, expected: true);
    }

    [Fact]
    public async Task Validate_UnknownKeyAfterAChange_IsSearchedForSoon()
    {
        await using var host = await ValidationHost.StartAsync(Key);
        host.Jwks.Publish(Other);
        await SearchesAsync(host, expected: true);
        Assert.NotNull(host.Source.Current!.Find(Other.Id));
        host.Time.Advance(TimeSpan.FromMilliseconds(999));
        await SearchesAsync(host, expected: false);
        host.Time.Advance(TimeSpan.FromMilliseconds(1));
        await SearchesAsync(host, expected: true);
    }

    [Fact]
    public async Task Validate_CallerGivesUp_EndsTheWaitAndNotTheFetch()
    {
        await using var host = await ValidationHost.StartAsync(Key);
        var published = new TaskCompletionSource();
        host.Jwks.Publish(Other);
        var answer = host.Jwks.Answer;
        host.Jwks.Answer = async cancellationToken =>
        {
            await published.Task;
            return await answer(cancellationToken);
        };
        var token = Other.Sign(Other.Header, host.Payload);
        using var giving = new CancellationTokenSource();
        var given = host.Validator.ValidateAsync(token, giving.Token).AsTask();
        var patient = host.RejectionOfAsync(token);

        await giving.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Eventually.CompletesAsync(given, "the wait ends"));
        published.SetResult();
        Assert.Equal(AccessTokenRejection.None, await Eventually.CompletesAsync(patient, "the fetch goes on"));
    }

    [Fact]
    public async Task Stop_WhileAFetchRuns_EndsItAndIsNoFailure()
    {
        await using var host = new ValidationHost(Key);
        host.Jwks.Answer = NeverAsync;
        await host.Source.StartAsync(CancellationToken.None);
        await Eventually.TrueAsync(() => host.Jwks.Requests == 1, "the first fetch");
        var rejection = host.RejectionOfAsync(host.Token);

        await Eventually.CompletesAsync(host.Source.StopAsync(CancellationToken.None), "the service stops");

        Assert.Equal(AccessTokenRejection.KeysNotLoaded, await Eventually.CompletesAsync(rejection, "the fetch ends"));
        Assert.True(host.Source.ExecuteTask!.IsCompleted);
        Assert.Empty(host.Logs.Text);
        Assert.Equal(0, host.Meters.Sum("aspirekv.access_token.key_fetches|outcome=failure"));
    }

    [Fact]
    public async Task Fetch_Failing_SaysWhy()
    {
        await using var host = new ValidationHost(Key);
        host.Jwks.Answer = _ => Task.FromResult(new HttpResponseMessage(System.Net.HttpStatusCode.BadGateway));
        await host.Source.StartAsync(CancellationToken.None);

        await Eventually.TrueAsync(() => host.Logs.Text.Length > 0, "the failure is said");

        Assert.Contains(
            $"from {host.Options.JwksUri}: the answer was 502; there are none yet", host.Logs.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fetch_WithoutAnAnswer_SaysSo()
    {
        await using var host = new ValidationHost(Key);
        host.Jwks.Answer = NeverAsync;
        await host.Source.StartAsync(CancellationToken.None);
        await Eventually.TrueAsync(() => host.Jwks.Requests == 1, "the first fetch");

        host.Time.Advance(host.Options.FetchTimeout);

        await Eventually.TrueAsync(() => host.Logs.Text.Contains("no answer in time", StringComparison.Ordinal), "the failure is said");
    }

    private static async Task<HttpResponseMessage> NeverAsync(CancellationToken cancellationToken)
    {
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
        throw new InvalidOperationException("An infinite delay has ended.");
    }

    /// <summary>Waits until the pause between two fetches begins: the last timer is that of a fetch until then.</summary>
    private static async Task<TimeSpan> PauseAsync(ValidationHost host)
    {
        await Eventually.TrueAsync(
            () => host.Time.Waits.Count > 1 && host.Time.Waits.Last() != host.Options.FetchTimeout, "the pause begins");
        return host.Time.Waits.Last();
    }

    private static async Task PausesAsync(ValidationHost host, params double[] seconds)
    {
        foreach (var expected in seconds)
        {
            Assert.Equal(TimeSpan.FromSeconds(expected), await PauseAsync(host));
            var waits = host.Time.Waits.Count;
            host.Time.Advance(TimeSpan.FromSeconds(expected));
            await Eventually.TrueAsync(() => host.Time.Waits.Count > waits, "the next fetch begins");
            await PauseAsync(host);
        }
    }

    /// <summary>Sends a token of a key that nobody has, and looks whether the keys were asked for.</summary>
    private static async Task SearchesAsync(ValidationHost host, bool expected)
    {
        var before = host.Jwks.Requests;
        var header = Key.Header.Replace(Key.Id, new string('A', Key.Id.Length), StringComparison.Ordinal);

        Assert.Equal(AccessTokenRejection.UnknownKey, await host.RejectionOfAsync(Key.Sign(header, host.Payload)));
        Assert.Equal(expected ? 1 : 0, host.Jwks.Requests - before);
    }
}
