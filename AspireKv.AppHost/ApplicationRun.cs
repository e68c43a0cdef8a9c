using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace AspireKv.AppHost;

/// <summary>
/// Runs the application until somebody stops it, and ends after whatever it started. Aspire's own run stops nothing that an interrupted
/// start had started: the orchestrator would end it only once this process is gone.
/// </summary>
internal static class ApplicationRun
{
    /// <summary>How long an orchestrator has to take in that it is to stop, where it may not listen yet.</summary>
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(5);

    public static async Task RunToTheEndAsync(this IDistributedApplicationBuilder builder)
    {
        builder.KeepFailedStartQuiet();
        var started = Descendants.Mark();
        var app = builder.Build();
        if (await RunAsync(app, started))
        {
            await app.DisposeAsync();
            await started.EndAsync(TimeProvider.System);
        }

        // Else nothing was begun that could be told to end, and Aspire's disposal would wait ten seconds for it.
    }

    /// <returns>Whether what was started was told to end.</returns>
    private static async Task<bool> RunAsync(DistributedApplication app, Descendants started)
    {
        var stopping = app.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        try
        {
            await app.StartAsync();
            await app.WaitForShutdownAsync();
            return true;
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            return started.HasOrchestrator && await TryStopAsync(app);
        }
    }

    /// <summary>An orchestrator that does not listen yet has started nothing, and goes by itself when this process is gone.</summary>
    private static async Task<bool> TryStopAsync(DistributedApplication app)
    {
        using var patience = new CancellationTokenSource(StopPatience);
        try
        {
            await app.StopAsync(patience.Token);
            return true;
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested)
        {
            return false;
        }
    }
}
