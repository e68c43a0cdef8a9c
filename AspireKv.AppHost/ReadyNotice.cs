using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace AspireKv.AppHost;

/// <summary>Says on the console when the cluster can be used; the link to the dashboard is printed long before.</summary>
internal static class ReadyNotice
{
    /// <summary>Logs one line when the gateway is healthy for the first time. A gateway that is restarted is not told of again.</summary>
    public static IResourceBuilder<ProjectResource> WithReadyNotice(this IResourceBuilder<ProjectResource> gateway)
    {
        var told = 0;
        return gateway.OnResourceReady((resource, ready, _) =>
        {
            if (Interlocked.Exchange(ref told, 1) == 0)
            {
                var logger = ready.Services.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(ReadyNotice).Namespace!);
                Log.Ready(logger, resource.GetEndpoint("http").Url);
            }

            return Task.CompletedTask;
        });
    }
}
