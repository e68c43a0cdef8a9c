using System.ComponentModel;
using Aspire.Hosting.ApplicationModel;
using AspireKv.LocalHost.Processes;
using Microsoft.Extensions.Logging;

namespace AspireKv.LocalHost;

/// <summary>
/// One project: waits for what it needs, runs as a process, is asked for its health, and is started and stopped on demand. A process
/// that ends by itself stays ended, so that its last words can be read; nothing restarts it behind the user's back.
/// </summary>
internal sealed class ProjectRunner(
    ProjectResource resource,
    ResourceIdentity identity,
    IReadOnlyDictionary<string, string> telemetry,
    ResourceBoard board,
    HealthProber prober,
    ProcessLauncher launcher,
    ProjectCommand command,
    TimeProvider time,
    ILogger logger) : IDisposable
{
    private const int LastLinesShown = 5;

    /// <summary>One start or stop at a time.</summary>
    private readonly SemaphoreSlim _gate = new(1, 1);

    /// <summary>Ends the current run. Changed under <see cref="_gate"/>.</summary>
    private CancellationTokenSource _stop = new();

    private readonly Lock _postGate = new();
    private Task _run = Task.CompletedTask;
    private ResourceSnapshot _snapshot = ProjectSnapshots.Initial(resource, identity, time.GetUtcNow());

    public ResourceIdentity Identity => identity;

    public ConsoleLog Output { get; } = new();

    public void Announce() => Post(static snapshot => snapshot);

    /// <summary>Starts the project unless it runs already. Returns at once: the state tells how it goes.</summary>
    public async Task StartAsync()
    {
        await _gate.WaitAsync();
        try
        {
            if (_run.IsCompleted)
            {
                _stop.Dispose();
                _stop = new();
                _run = RunAsync(_stop.Token);
            }
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Stops the project; when this returns, its process is gone.</summary>
    public async Task StopAsync()
    {
        await _gate.WaitAsync();
        try
        {
            await _stop.CancelAsync();
            await _run;
        }
        finally
        {
            _gate.Release();
        }
    }

    public void Dispose()
    {
        _stop.Dispose();
        _gate.Dispose();
    }

    private async Task RunAsync(CancellationToken stop)
    {
        try
        {
            await WaitForDependenciesAsync(stop);
        }
        catch (OperationCanceledException)
        {
            Post(snapshot => snapshot with { State = ResourceStates.Finished, StoppedAt = time.GetUtcNow() });
            return;
        }

        var environment = ProjectSnapshots.EnvironmentOf(resource, identity, telemetry);
        Post(snapshot => snapshot with
        {
            State = ResourceStates.Starting,
            Environment = [.. environment.OrderBy(static entry => entry.Key, StringComparer.Ordinal)],
            ProcessId = null,
            ExitCode = null,
            StoppedAt = null,
            Health = [.. snapshot.Health.Select(static check => check with { IsHealthy = null, Description = "Not asked yet." })],
        });

        ChildProcess process;
        try
        {
            process = launcher.Start(command(resource.Project, environment, Output.Write));
        }
        catch (Exception error) when (error is Win32Exception or IOException or InvalidOperationException)
        {
            Log.FailedToStart(logger, resource.Name, error.Message);
            Output.Write(error.Message, true);
            Post(snapshot => snapshot with { State = ResourceStates.FailedToStart, StoppedAt = time.GetUtcNow() });
            return;
        }

        using (process)
        {
            await WatchAsync(process, stop);
        }
    }

    private async Task WaitForDependenciesAsync(CancellationToken stop)
    {
        foreach (var dependency in resource.WaitsFor)
        {
            if (board.Find(dependency.Name) is not { IsHealthy: true })
            {
                Post(static snapshot => snapshot with { State = ResourceStates.Waiting });
                Log.Waiting(logger, resource.Name, dependency.Name);
            }

            await board.WaitUntilAsync(dependency.Name, static snapshot => snapshot.IsHealthy, stop);
        }
    }

    /// <summary>Follows a process to its end, whoever brings that about.</summary>
    private async Task WatchAsync(ChildProcess process, CancellationToken stop)
    {
        Log.ProcessStarted(logger, resource.Name, process.Id, ProjectSnapshots.UrlsOf(resource));
        Post(snapshot => snapshot with { State = ResourceStates.Running, ProcessId = process.Id, StartedAt = time.GetUtcNow() });

        using var ended = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var probing = prober.RunAsync(resource, ReportHealth, ended.Token);
        var asked = await Task.WhenAny(process.Exited, Task.Delay(Timeout.InfiniteTimeSpan, time, stop)) != process.Exited;
        if (asked)
        {
            Post(static snapshot => snapshot with { State = ResourceStates.Stopping });
            await process.StopAsync();
        }

        await ended.CancelAsync();
        await probing;
        var exitCode = await process.Exited;
        if (asked)
        {
            Log.Stopped(logger, resource.Name);
        }
        else
        {
            var lines = Output.After(0).TakeLast(LastLinesShown).Select(static line => line.Text);
            Log.ProcessEnded(logger, resource.Name, exitCode, string.Join(" | ", lines));
        }

        Post(snapshot => snapshot with
        {
            State = asked || exitCode == 0 ? ResourceStates.Finished : ResourceStates.Exited,
            StoppedAt = time.GetUtcNow(),
            ProcessId = null,
            ExitCode = exitCode,
        });
    }

    private void ReportHealth(ResourceSnapshot.HealthState report) => Post(snapshot =>
    {
        var reported = snapshot with { Health = [.. snapshot.Health.Select(check => check.Name == report.Name ? report : check)] };
        if (!snapshot.IsHealthy && reported.IsHealthy)
        {
            Log.Healthy(logger, resource.Name);
        }

        return reported;
    });

    /// <summary>A run and its prober post from different threads.</summary>
    private void Post(Func<ResourceSnapshot, ResourceSnapshot> change)
    {
        lock (_postGate)
        {
            _snapshot = change(_snapshot);
            board.Post(_snapshot);
        }
    }
}
