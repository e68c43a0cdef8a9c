using System.Net;
using Aspire.Hosting.Testing;
using AspireKv.AppHost.Chaos;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace AspireKv.AppHost.Tests.EndToEnd;

/// <summary>What the application offers while it runs. Every test leaves all nodes healthy.</summary>
public sealed class ClusterTests(ClusterFixture fixture) : IClassFixture<ClusterFixture>
{
    private readonly HostedCluster _cluster = fixture.Cluster;

    private static readonly string[] WhileRunning = [NodeCommands.Kill, NodeCommands.Pause];

    [Theory]
    [InlineData("auth")]
    [InlineData("gateway")]
    [InlineData("node1")]
    [InlineData("node2")]
    [InlineData("node3")]
    public async Task Endpoint_EveryService_AnswersHealthAndMetrics(string resource)
    {
        using var http = _cluster.App.CreateHttpClient(resource, "http");

        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync("/health/all")).StatusCode);
        Assert.Contains("memory_usage_bytes", await http.GetStringAsync("/metrics"), StringComparison.Ordinal);
    }

    /// <summary>A login and 1,000 writes give each service something to trace.</summary>
    [Theory]
    [InlineData("auth")]
    [InlineData("gateway")]
    [InlineData("node1")]
    [InlineData("node2")]
    [InlineData("node3")]
    public async Task Telemetry_EveryService_ArrivesWhereAspireHasItSent(string resource)
    {
        await _cluster.ExecuteAsync("gateway", KeyCheckCommands.Write);

        foreach (var signal in OtlpReceiver.Signals)
        {
            await Eventually.TrueAsync(
                () => _cluster.Telemetry.HasReceived(signal, resource),
                $"{signal} of {resource} arrive",
                _cluster.Telemetry.Describe,
                Eventually.ForProcesses);
        }
    }

    [Fact]
    public async Task Node_Killed_KeepsEveryKeyAndComesBackWithStart()
    {
        AssertSurvived(await _cluster.ExecuteAsync("gateway", KeyCheckCommands.Write));
        Assert.Equal(WhileRunning, ChaosCommands("node2"));
        var process = Pid("node2");

        Assert.True((await _cluster.ExecuteAsync("node2", NodeCommands.Kill)).Success);

        await _cluster.StateAsync("node2", static snapshot => snapshot.ExitCode is not null, "dead");
        Assert.False(Directory.Exists($"/proc/{process}"));
        Assert.Empty(ChaosCommands("node2"));
        AssertSurvived(await _cluster.ExecuteAsync("gateway", KeyCheckCommands.Read));
        AssertSurvived(await _cluster.ExecuteAsync("gateway", KeyCheckCommands.Write));
        Assert.True((await _cluster.ExecuteAsync("node2", KnownResourceCommands.StartCommand)).Success);
        await _cluster.HealthyAsync("node2");
        AssertSurvived(await _cluster.ExecuteAsync("gateway", KeyCheckCommands.Read));
    }

    [Fact]
    public async Task Node_PausedAndResumed_KeepsEveryKeyAndItsProcess()
    {
        AssertSurvived(await _cluster.ExecuteAsync("gateway", KeyCheckCommands.Write));
        var process = Pid("node3");

        Assert.True((await _cluster.ExecuteAsync("node3", NodeCommands.Pause)).Success);

        await _cluster.StateAsync("node3", static snapshot => snapshot.State?.Text == NodeCommands.PausedState, "paused");
        Assert.Equal([NodeCommands.Kill, NodeCommands.Resume], ChaosCommands("node3"));
        AssertSurvived(await _cluster.ExecuteAsync("gateway", KeyCheckCommands.Read));

        Assert.True((await _cluster.ExecuteAsync("node3", NodeCommands.Resume)).Success);

        await _cluster.HealthyAsync("node3");
        Assert.Equal(WhileRunning, ChaosCommands("node3"));
        Assert.Equal(process, Pid("node3"));
        AssertSurvived(await _cluster.ExecuteAsync("gateway", KeyCheckCommands.Read));
    }

    /// <summary>One of three replicas serves nothing: the check says what it could not read, and that nothing is lost.</summary>
    [Fact]
    public async Task TwoNodesDown_TheCheckSaysSoAndLosesNothing()
    {
        AssertSurvived(await _cluster.ExecuteAsync("gateway", KeyCheckCommands.Write));
        Assert.True((await _cluster.ExecuteAsync("node3", NodeCommands.Pause)).Success);
        Assert.True((await _cluster.ExecuteAsync("node2", NodeCommands.Kill)).Success);
        await _cluster.StateAsync("gateway", static snapshot => snapshot.HealthStatus == HealthStatus.Unhealthy, "unhealthy");

        var result = await _cluster.ExecuteAsync("gateway", KeyCheckCommands.Read);

        Assert.False(result.Success);
        Assert.Contains("0 lost, 1,000 could not be read", result.Message, StringComparison.Ordinal);
        Assert.True((await _cluster.ExecuteAsync("node3", NodeCommands.Resume)).Success);
        Assert.True((await _cluster.ExecuteAsync("node2", KnownResourceCommands.StartCommand)).Success);
        await _cluster.HealthyAsync("node2");
        await _cluster.HealthyAsync("node3");
        await _cluster.HealthyAsync("gateway");
        AssertSurvived(await _cluster.ExecuteAsync("gateway", KeyCheckCommands.Read));
    }

    [Fact]
    public async Task Node_RestartedAndStopped_KeepsEveryKey()
    {
        AssertSurvived(await _cluster.ExecuteAsync("gateway", KeyCheckCommands.Write));
        var process = Pid("node1");

        Assert.True((await _cluster.ExecuteAsync("node1", KnownResourceCommands.RestartCommand)).Success);
        await _cluster.HealthyAsync("node1");
        Assert.NotEqual(process, Pid("node1"));
        AssertSurvived(await _cluster.ExecuteAsync("gateway", KeyCheckCommands.Read));

        Assert.True((await _cluster.ExecuteAsync("node1", KnownResourceCommands.StopCommand)).Success);
        await _cluster.StateAsync("node1", static snapshot => snapshot.ExitCode is not null, "stopped");
        AssertSurvived(await _cluster.ExecuteAsync("gateway", KeyCheckCommands.Read));
        Assert.True((await _cluster.ExecuteAsync("node1", KnownResourceCommands.StartCommand)).Success);
        await _cluster.HealthyAsync("node1");
        await _cluster.HealthyAsync("storage");
    }

    private string[] ChaosCommands(string node) =>
    [
        .. _cluster.Enabled(node)
            .Where(static command => command.StartsWith("chaos-", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal),
    ];

    private string? Pid(string node) =>
        _cluster.Snapshot(node).Properties.Single(static property => property.Name == "executable.pid").Value?.ToString();

    private static void AssertSurvived(ExecuteCommandResult result)
    {
        Assert.True(result.Success, result.Message);
        Assert.Contains("1,000 of 1,000 acknowledged keys survived", result.Message, StringComparison.Ordinal);
    }
}
