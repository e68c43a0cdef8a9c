using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace AspireKv.LocalHost.Dashboard;

/// <summary>Serves <see cref="ResourceService"/> on the loopback interface, to the dashboard only.</summary>
internal static class ResourceServiceHost
{
    private const string ApiKeyHeader = "x-resource-service-api-key";

    public static async Task<IAsyncDisposable> StartAsync(
        LocalHostSettings settings, bool isWanted, ResourceBoard board, IReadOnlyList<ProjectRunner> runners, TimeProvider time)
    {
        // Slim, so that the host's own environment and arguments configure nothing here.
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { Args = [] });
        builder.Logging.ClearProviders();
        builder.Services.AddGrpc();
        builder.Services.AddSingleton(settings);
        builder.Services.AddSingleton(board);
        builder.Services.AddSingleton(runners);
        builder.Services.AddSingleton(time);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.ListenLocalhost(
            settings.ResourceServiceUrl.Port, static listener => listener.Protocols = HttpProtocols.Http2));

        var application = builder.Build();
        application.Use(RequireKey(settings.ResourceServiceApiKey));
        application.MapGrpcService<ResourceService>();
        if (isWanted)
        {
            await application.StartAsync();
        }

        return application;
    }

    private static Func<HttpContext, RequestDelegate, Task> RequireKey(string key)
    {
        var expected = Encoding.UTF8.GetBytes(key);
        return (context, next) =>
        {
            var given = Encoding.UTF8.GetBytes(context.Request.Headers[ApiKeyHeader].ToString());
            if (CryptographicOperations.FixedTimeEquals(given, expected))
            {
                return next(context);
            }

            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            return Task.CompletedTask;
        };
    }
}
