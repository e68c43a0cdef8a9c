using System.Collections.Concurrent;
using AspireKv.AppHost.Chaos;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace AspireKv.AppHost.Tests.Chaos;

/// <summary>What the check says of a gateway that refuses, forgets, or changes what was written.</summary>
public sealed class KeyCheckTests : IAsyncLifetime, IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly WebApplication _gateway;
    private readonly KeyCheck _check;

    /// <summary>How the gateway answers a write and a read.</summary>
    private RequestDelegate _put = static context => Answer(context, StatusCodes.Status204NoContent);
    private RequestDelegate _get = static context => Answer(context, StatusCodes.Status404NotFound);

    public KeyCheckTests()
    {
        _check = new KeyCheck(_directory.Combine("keys.json"), TimeProvider.System);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        _gateway = builder.Build();
        _gateway.Urls.Add("http://127.0.0.1:0");
        _gateway.MapPost("/login", static () => Results.Json(new { token = "a-token" }));
        _gateway.MapPut("/v1/kv/chaos/{key}", context => _put(context));
        _gateway.MapGet("/v1/kv/chaos/{key}", context => _get(context));
    }

    public Task InitializeAsync() => _gateway.StartAsync();

    public async Task DisposeAsync() => await _gateway.DisposeAsync();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Write_GatewayForgetsAll_SaysThatAllIsLost()
    {
        var report = await CheckAsync();

        Assert.False(report.IsGood);
        Assert.Equal(
            "1,000 of 1,000 writes were acknowledged. 0 of 1,000 acknowledged keys survived; 1,000 lost, 0 could not be read.",
            report.Text);
    }

    [Fact]
    public async Task Write_AllRefused_IsNoSuccess()
    {
        _put = static context =>
        {
            context.Response.Headers["AspireKv-Outcome"] = "not-applied";
            return Answer(context, StatusCodes.Status503ServiceUnavailable);
        };

        var report = await CheckAsync();

        Assert.False(report.IsGood);
        Assert.StartsWith(
            "0 of 1,000 writes were acknowledged, 1,000 refused, 0 of unknown outcome. 0 of 0", report.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Write_ReadBackAsWritten_IsGood()
    {
        _get = static context => context.Response.WriteAsync("written by run 1");

        var report = await CheckAsync();

        Assert.True(report.IsGood);
        Assert.EndsWith("1,000 of 1,000 acknowledged keys survived; 0 lost, 0 could not be read.", report.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Write_ReadBackAsOfAnEarlierRun_IsLost()
    {
        _get = static context => context.Response.WriteAsync("written by run 1");
        await CheckAsync();

        var report = await CheckAsync();

        Assert.False(report.IsGood);
        Assert.Contains("1,000 lost", report.Text, StringComparison.Ordinal);
    }

    /// <summary>The second check would take the writes of the first for losses.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Check_WhileAnotherOneRuns_SaysSoAndLosesNothing(bool secondWrites)
    {
        KeepWhatIsPut();
        Assert.True((await CheckAsync()).IsGood);
        var put = _put;
        var (reached, goOn) = (NewSignal(), NewSignal());
        _put = async context =>
        {
            reached.TrySetResult();
            await goOn.Task;
            await put(context);
        };
        var first = CheckAsync();
        await Eventually.CompletesAsync(reached.Task, "the first check writes");

        var second = await Eventually.CompletesAsync(secondWrites ? CheckAsync() : ReadAsync(), "the second check is answered");

        Assert.False(second.IsGood);
        Assert.Contains("under way", second.Text, StringComparison.Ordinal);
        goOn.SetResult();
        Assert.True((await Eventually.CompletesAsync(first, "the first check ends")).IsGood);
        Assert.True((await ReadAsync()).IsGood);
    }

    [Fact]
    public async Task Check_AfterOneThatFailed_Runs()
    {
        await Assert.ThrowsAsync<HttpRequestException>(
            () => _check.WriteAndReadAsync(new Uri("http://127.0.0.1:1"), CancellationToken.None));
        KeepWhatIsPut();

        Assert.True((await CheckAsync()).IsGood);
    }

    [Fact]
    public async Task Write_OutcomesDiffer_TellsThemApart()
    {
        KeepWhatIsPut();
        await CheckAsync();
        var put = _put;
        _put = async context =>
        {
            var key = (string)context.Request.RouteValues["key"]!;
            if (key == "key-1")
            {
                context.Response.Headers["AspireKv-Outcome"] = "not-applied";
                await Answer(context, StatusCodes.Status503ServiceUnavailable);
                return;
            }

            await put(context);
            if (key == "key-2")
            {
                await Answer(context, StatusCodes.Status504GatewayTimeout);
            }
        };

        var report = await CheckAsync();

        Assert.True(report.IsGood);
        Assert.Equal(
            "998 of 1,000 writes were acknowledged, 1 refused, 1 of unknown outcome. "
                + "1,000 of 1,000 acknowledged keys survived; 0 lost, 0 could not be read. 1 hold a write of unknown outcome.",
            report.Text);
    }

    /// <summary>A gateway that loses nothing.</summary>
    private void KeepWhatIsPut()
    {
        var values = new ConcurrentDictionary<string, string>();
        _put = async context =>
        {
            using var reader = new StreamReader(context.Request.Body);
            values[(string)context.Request.RouteValues["key"]!] = await reader.ReadToEndAsync();
        };
        _get = context => context.Response.WriteAsync(values[(string)context.Request.RouteValues["key"]!]);
    }

    private Task<KeyReport> CheckAsync() => _check.WriteAndReadAsync(Gateway, CancellationToken.None);

    private Task<KeyReport> ReadAsync() => _check.ReadAsync(Gateway, CancellationToken.None);

    private Uri Gateway => new(_gateway.Urls.First());

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static Task Answer(HttpContext context, int status)
    {
        context.Response.StatusCode = status;
        return Task.CompletedTask;
    }
}
