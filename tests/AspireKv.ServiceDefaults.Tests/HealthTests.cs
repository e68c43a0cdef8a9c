using System.Net;
using System.Text.Json;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace AspireKv.ServiceDefaults.Tests;

public sealed class HealthTests
{
    [Fact]
    public async Task Health_EveryCheckHolds_Answers200WithItsName()
    {
        await using var host = await DefaultsHost.StartAsync(static () => HealthCheckResult.Healthy());

        using var answer = await host.Http.GetAsync("/health");

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var check = await CheckAsync(answer);
        Assert.Equal("storage", check.GetProperty("name").GetString());
        Assert.Equal("Healthy", check.GetProperty("status").GetString());
    }

    [Fact]
    public async Task Health_CheckFails_Answers503WithTheReason()
    {
        await using var host = await DefaultsHost.StartAsync(static () => HealthCheckResult.Unhealthy("No quorum for 3 partitions."));

        using var answer = await host.Http.GetAsync("/health");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Equal("No quorum for 3 partitions.", (await CheckAsync(answer)).GetProperty("reason").GetString());
    }

    /// <summary>A degraded service takes its part of the work, and is not what somebody waits for who wants all of it.</summary>
    [Theory]
    [InlineData("/health", HttpStatusCode.OK)]
    [InlineData("/health/all", HttpStatusCode.ServiceUnavailable)]
    public async Task Health_Degraded_IsGoodEnoughForWorkOnly(string path, HttpStatusCode status)
    {
        await using var host = await DefaultsHost.StartAsync(static () => HealthCheckResult.Degraded("No quorum for 3 partitions."));

        using var answer = await host.Http.GetAsync(path);

        Assert.Equal(status, answer.StatusCode);
        Assert.Equal("Degraded", (await CheckAsync(answer)).GetProperty("status").GetString());
    }

    [Fact]
    public async Task Health_CheckThrows_SaysNothingInternal()
    {
        await using var host = await DefaultsHost.StartAsync(static () => throw new IOException("/secret/path is gone"));

        using var answer = await host.Http.GetAsync("/health");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.DoesNotContain("/secret/path", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Development")]
    [InlineData("Production")]
    public async Task Alive_ServiceIsUnhealthy_StillAnswers200InEveryEnvironment(string environment)
    {
        await using var host = await DefaultsHost.StartAsync(
            static () => HealthCheckResult.Unhealthy(), "--environment", environment);

        using var answer = await host.Http.GetAsync("/alive");

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    private static async Task<JsonElement> CheckAsync(HttpResponseMessage answer)
    {
        using var json = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        return json.RootElement.GetProperty("checks")[0].Clone();
    }
}
