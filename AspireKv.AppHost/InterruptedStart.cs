using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AspireKv.AppHost;

/// <summary>Ctrl-C before everything has started is a wish, and no failure to start.</summary>
internal static class InterruptedStart
{
    /// <summary>Where the host logs that it failed to start.</summary>
    private const string HostCategory = "Microsoft.Extensions.Hosting.Internal.Host";

    /// <summary>Keeps the host from logging the cancellation, with its stack trace, when it is told to stop while it starts.</summary>
    public static void KeepInterruptedStartQuiet(this IDistributedApplicationBuilder builder)
    {
        IHostApplicationLifetime? lifetime = null;
        builder.Eventing.Subscribe<BeforeStartEvent>((starting, _) =>
        {
            lifetime = starting.Services.GetRequiredService<IHostApplicationLifetime>();
            return Task.CompletedTask;
        });
        builder.Services.AddLogging(logging => logging.AddFilter(
            HostCategory, level => level >= LogLevel.Information && !IsInterrupted(lifetime)));
    }

    private static bool IsInterrupted(IHostApplicationLifetime? lifetime) => lifetime is
    {
        ApplicationStarted.IsCancellationRequested: false, ApplicationStopping.IsCancellationRequested: true
    };
}
