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

    /// <summary>How the gateway answers a write and a read.</summary>
    private RequestDelegate _put = static context => Answer(context, StatusCodes.Status204NoContent);
    private RequestDelegate _get = static context => Answer(context, StatusCodes.Status404NotFound);

    public KeyCheckTests()
    {
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
        Assert.StartsWith("0 of 1,000 writes were acknowledged. 0 of 0", report.Text, StringComparison.Ordinal);
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

    private Task<KeyReport> CheckAsync() =>
        new KeyCheck(new Uri(_gateway.Urls.First()), Path.Combine(_directory.Path, "keys.json"), TimeProvider.System)
            .WriteAndReadAsync(CancellationToken.None);

    private static Task Answer(HttpContext context, int status)
    {
        context.Response.StatusCode = status;
        return Task.CompletedTask;
    }
}
