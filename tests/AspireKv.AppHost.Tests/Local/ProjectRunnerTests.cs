using System.Diagnostics;
using System.Net;
using AspireKv.LocalHost;

namespace AspireKv.AppHost.Tests.Local;

public sealed class ProjectRunnerTests : IAsyncDisposable
{
    private readonly RunnerHarness _harness = new();

    [Fact]
    public async Task Start_DependencyNotHealthy_WaitsUntilItIs()
    {
        var auth = RunnerHarness.Project("auth");
        auth.Endpoints.Add(new("http", "http", 1));
        auth.HealthChecks.Add(new("http", "/health", 200));
        var gateway = RunnerHarness.Project("gateway");
        gateway.WaitsFor.Add(auth);
        var authRunner = _harness.Add(auth);
        var gatewayRunner = _harness.Add(gateway);

        await gatewayRunner.StartAsync();
        await authRunner.StartAsync();
        await _harness.StateAsync("auth", ResourceStates.Running);
        Assert.Equal(ResourceStates.Waiting, _harness.Board.Find("gateway")!.State);

        _harness.Health.Status = HttpStatusCode.OK;

        await _harness.StateAsync("gateway", ResourceStates.Running);
        Assert.True(_harness.Board.Find("auth")!.IsHealthy);
    }

    [Fact]
    public async Task Stop_Running_EndsTheProcessAndSaysSo()
    {
        var runner = _harness.Add(RunnerHarness.Project("node1"));
        await runner.StartAsync();
        await runner.Output.WaitForMoreAsync(0, CancellationToken.None).WaitAsync("the process to print that it is ready");
        var processId = _harness.Board.Find("node1")!.ProcessId!.Value;

        await runner.StopAsync();

        Assert.Equal(ResourceStates.Finished, _harness.Board.Find("node1")!.State);
        Assert.Throws<ArgumentException>(() => Process.GetProcessById(processId));
        Assert.Contains("stopping", runner.Output.After(0).Select(static line => line.Text));
    }

    [Fact]
    public async Task Stop_Waiting_NeverStartsAProcess()
    {
        var gateway = RunnerHarness.Project("gateway");
        gateway.WaitsFor.Add(RunnerHarness.Project("auth"));
        var runner = _harness.Add(gateway);
        await runner.StartAsync();
        await _harness.StateAsync("gateway", ResourceStates.Waiting);

        await runner.StopAsync();

        Assert.Equal(ResourceStates.Finished, _harness.Board.Find("gateway")!.State);
        Assert.Empty(runner.Output.After(0));
    }

    [Fact]
    public async Task Start_AfterStop_RunsANewProcess()
    {
        var runner = _harness.Add(RunnerHarness.Project("node1"));
        await runner.StartAsync();
        await _harness.StateAsync("node1", ResourceStates.Running);
        var first = _harness.Board.Find("node1")!.ProcessId;
        await runner.StopAsync();

        await runner.StartAsync();

        await _harness.StateAsync("node1", ResourceStates.Running);
        Assert.NotEqual(first, _harness.Board.Find("node1")!.ProcessId);
    }

    [Fact]
    public async Task Start_ProcessEndsByItself_ShowsItsExitCodeAndLastWords()
    {
        var runner = _harness.Add(RunnerHarness.Project("node1"), "echo the disk is damaged >&2; exit 3");

        await runner.StartAsync();

        await _harness.StateAsync("node1", ResourceStates.Exited);
        Assert.Equal(3, _harness.Board.Find("node1")!.ExitCode);
        var line = Assert.Single(runner.Output.After(0));
        Assert.Equal(("the disk is damaged", true), (line.Text, line.IsError));
    }

    [Fact]
    public async Task Start_Environment_HasTelemetryAddressesAndWhatTheAppHostSays()
    {
        var project = RunnerHarness.Project("node1");
        project.Endpoints.Add(new("http", "http", 7001));
        project.Endpoints.Add(new("peer", "tcp", 7101));
        project.Environment.Add(new("Node__Id", () => "0"));
        project.Environment.Add(new("Node__Id", () => "1"));
        var runner = _harness.Add(project, "env");

        await runner.StartAsync();

        await _harness.StateAsync("node1", ResourceStates.Finished);
        var variables = runner.Output.After(0).Select(static line => line.Text).ToArray();
        Assert.Contains("ASPNETCORE_URLS=http://localhost:7001", variables);
        Assert.Contains("Node__Id=1", variables);
        Assert.Contains("OTEL_SERVICE_NAME=node1", variables);
        Assert.Contains($"OTEL_RESOURCE_ATTRIBUTES=service.instance.id={runner.Identity.InstanceId}", variables);
        Assert.Contains("OTEL_EXPORTER_OTLP_ENDPOINT=http://localhost:1", variables);
    }

    public ValueTask DisposeAsync() => _harness.DisposeAsync();
}
