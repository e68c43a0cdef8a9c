using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Hosting;

namespace AspireKv.ServiceDefaults.StartUp;

/// <summary>
/// Runs a service to its end. What keeps the service from starting and an operator can mend becomes one line on the standard error
/// stream and exit code 1; any other exception is a fault of ours and ends the process with all that is known of it.
/// </summary>
public static class ServiceRunner
{
    private const int RefusedExitCode = 1;

    /// <summary>Starts the host and waits until somebody stops it, which may be while the host starts.</summary>
    public static async Task RunHostAsync(WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);
        try
        {
            await StartAsync(app);
        }
        catch (OperationCanceledException) when (app.Lifetime.ApplicationStopping.IsCancellationRequested)
        {
            // A stop cancels a start, and what has started already is stopped below.
        }

        await app.WaitForShutdownAsync();
    }

    /// <param name="service">What the service is called in front of an operator, such as <c>gateway</c>.</param>
    /// <param name="run">Runs the service; it may refuse with a <see cref="StartUpException"/>.</param>
    /// <returns>The exit code of the process.</returns>
    internal static async Task<int> RunAsync(string service, Func<Task> run)
    {
        try
        {
            await run();
            return Environment.ExitCode;
        }
        catch (Exception exception) when (StartUpFault.Explain(exception) is { } reason)
        {
            await Console.Error.WriteLineAsync($"The {service} cannot start: {reason}");
            return RefusedExitCode;
        }
    }

    private static async Task StartAsync(WebApplication app)
    {
        try
        {
            await app.StartAsync();
        }
        catch (Exception exception)
            when (exception is not OperationCanceledException || !app.Lifetime.ApplicationStopping.IsCancellationRequested)
        {
            try
            {
                await app.DisposeAsync();
            }
            catch (ObjectDisposedException)
            {
                // What a host that started by half still had under way may meet what is gone; it must not hide why the host did not start.
            }

            throw;
        }
    }
}
