using AspireKv.LocalHost;
using AspireKv.LocalHost.Processes;
using Microsoft.Extensions.Logging.Abstractions;

namespace AspireKv.AppHost.Tests.Local;

/// <summary>A board, a launcher and a guard, and runners of shell scripts on them. Stops what still runs.</summary>
internal sealed class RunnerHarness : IAsyncDisposable
{
    private static readonly Dictionary<string, string> Telemetry = new() { ["OTEL_EXPORTER_OTLP_ENDPOINT"] = "http://localhost:1" };

    private readonly ProcessGuard _guard = new();
    private readonly List<ProjectRunner> _runners = [];
    private readonly HttpClient _http;

    public RunnerHarness() => _http = new HttpClient(Health);

    public FakeHealth Health { get; } = new();

    public ResourceBoard Board { get; } = new();

    public static ProjectResource Project(string name) => new(name, new ShellProject());

    public ProjectRunner Add(ProjectResource project, string script = ShellProject.Endless)
    {
        var runner = new ProjectRunner(
            project,
            ResourceIdentity.New(project.Name),
            Telemetry,
            Board,
            new HealthProber(_http, TimeProvider.System),
            new ProcessLauncher(_guard, TimeProvider.System),
            ShellProject.Running(script),
            TimeProvider.System,
            NullLogger.Instance);
        runner.Announce();
        _runners.Add(runner);
        return runner;
    }

    public Task StateAsync(string name, string state) =>
        Board.WaitUntilAsync(name, snapshot => snapshot.State == state, CancellationToken.None).WaitAsync($"{name} to be {state}");

    public async ValueTask DisposeAsync()
    {
        foreach (var runner in _runners)
        {
            await runner.StopAsync();
            runner.Dispose();
        }

        _http.Dispose();
        _guard.Dispose();
    }
}
