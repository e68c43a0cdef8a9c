using System.Runtime.InteropServices;
using Aspire.Hosting.ApplicationModel;
using AspireKv.LocalHost.Dashboard;
using AspireKv.LocalHost.Processes;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace AspireKv.LocalHost;

/// <summary>
/// Runs the described resources as processes of this machine, with Microsoft's own dashboard in front, until it is told to stop.
/// A stand-in for Aspire.Hosting during development, where that cannot be had; nothing in production uses it.
/// </summary>
internal sealed class LocalApplication(
    AppHostMetadata metadata, IReadOnlyList<IResource> resources, LocalHostSettings settings, TimeProvider time)
{
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var loggers = LoggerFactory.Create(static logging => logging.AddSimpleConsole(static console =>
        {
            console.SingleLine = true;
            console.ColorBehavior = LoggerColorBehavior.Default;
        }));
        var logger = loggers.CreateLogger("AspireKv.LocalHost");
        var start = time.GetTimestamp();
        Log.Started(logger, metadata.Name);

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var signals = StopOnSignals(stop);
        using var guard = new ProcessGuard();
        using var http = new HttpClient { Timeout = Timeout.InfiniteTimeSpan };
        var launcher = new ProcessLauncher(guard, time);
        var board = new ResourceBoard();

        ChoosePorts();
        var dashboard = new DashboardProcess(settings, launcher, http, time, logger);
        var runners = Projects.Select(project => new ProjectRunner(
            project,
            ResourceIdentity.New(project.Name),
            dashboard.IsAvailable ? TelemetryVariables.For(settings) : TelemetryVariables.None,
            board,
            new HealthProber(http, time),
            launcher,
            BuiltProjectCommand.For,
            time,
            logger)).ToArray();
        foreach (var runner in runners)
        {
            runner.Announce();
        }

        foreach (var parameter in resources.OfType<ParameterResource>())
        {
            board.Post(ProjectSnapshots.Of(parameter, time.GetUtcNow()));
        }

        await using var service = await ResourceServiceHost.StartAsync(settings, dashboard.IsAvailable, board, runners, time);
        var showing = dashboard.RunAsync(stop.Token);
        await Task.WhenAll(runners.Select(static runner => runner.StartAsync()));
        await ReportWhenHealthyAsync(runners, board, logger, start, stop.Token);

        Log.Stopping(logger);
        var stopping = time.GetTimestamp();
        // The dashboard goes last, so that the services can hand in their last telemetry without waiting for nobody.
        await Task.WhenAll(runners.Select(static runner => runner.StopAsync()));
        await dashboard.StopAsync();
        await showing;
        foreach (var runner in runners)
        {
            runner.Dispose();
        }

        Log.AllStopped(logger, time.GetElapsedTime(stopping).TotalSeconds);
    }

    private IEnumerable<ProjectResource> Projects => resources.OfType<ProjectResource>();

    private void ChoosePorts()
    {
        foreach (var endpoint in Projects.SelectMany(static project => project.Endpoints))
        {
            endpoint.Port ??= LoopbackPorts.TakeFree();
        }
    }

    /// <summary>Returns once the application is to stop.</summary>
    private async Task ReportWhenHealthyAsync(
        IReadOnlyList<ProjectRunner> runners, ResourceBoard board, ILogger logger, long start, CancellationToken stop)
    {
        try
        {
            await Task.WhenAll(runners.Select(
                runner => board.WaitUntilAsync(runner.Identity.DisplayName, static snapshot => snapshot.IsHealthy, stop)));
            Log.AllHealthy(logger, time.GetElapsedTime(start).TotalSeconds);
            await Task.Delay(Timeout.InfiniteTimeSpan, time, stop);
        }
        catch (OperationCanceledException)
        {
            // Asked to stop.
        }
    }

    /// <summary>Ctrl-C, the end of the terminal, and kill: each stops the application in order.</summary>
    private static SignalRegistrations StopOnSignals(CancellationTokenSource stop) => new(
        new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP, PosixSignal.SIGQUIT }.Select(signal =>
            PosixSignalRegistration.Create(signal, context =>
            {
                context.Cancel = true;
                stop.Cancel();
            })).ToArray());

    private sealed class SignalRegistrations(PosixSignalRegistration[] registrations) : IDisposable
    {
        public void Dispose() => Array.ForEach(registrations, static registration => registration.Dispose());
    }
}
