using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AspireKv.AppHost;

/// <summary>
/// A start that ends before everything has started. Where Ctrl-C ended it, that was a wish and no failure; where a fault did, the AppHost
/// says so itself, and the stack trace that the host would log says no more.
/// </summary>
internal static class FailedStart
{
    /// <summary>Where the host logs that it failed to start.</summary>
    private const string HostCategory = "Microsoft.Extensions.Hosting.Internal.Host";

    /// <summary>Keeps the host from logging what ended its start. What ends it later is logged.</summary>
    public static void KeepFailedStartQuiet(this IDistributedApplicationBuilder builder)
    {
        IHostApplicationLifetime? lifetime = null;
        builder.Eventing.Subscribe<BeforeStartEvent>((starting, _) =>
        {
            lifetime = starting.Services.GetRequiredService<IHostApplicationLifetime>();
            return Task.CompletedTask;
        });
        builder.Services.AddLogging(logging => logging.AddFilter(
            HostCategory, level => level >= LogLevel.Information && lifetime is { ApplicationStarted.IsCancellationRequested: true }));
    }
}
