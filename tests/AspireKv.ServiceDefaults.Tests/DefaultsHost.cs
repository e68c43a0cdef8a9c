using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;

namespace AspireKv.ServiceDefaults.Tests;

/// <summary>A service with nothing but the defaults, on a free port.</summary>
internal sealed class DefaultsHost : IAsyncDisposable
{
    private readonly WebApplication _app;

    private DefaultsHost(WebApplication app) =>
        (_app, Http) = (app, new HttpClient { BaseAddress = new Uri(app.Urls.Single()) });

    public HttpClient Http { get; }

    public static async Task<DefaultsHost> StartAsync(Func<HealthCheckResult>? health = null, params string[] args)
    {
        var builder = WebApplication.CreateBuilder(args);
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.AddServiceDefaults();
        builder.Logging.ClearProviders();
        if (health is not null)
        {
            builder.Services.AddHealthChecks().AddCheck("storage", health);
        }

        var app = builder.Build();
        app.UseRequestMetrics();
        app.UseRequestForm();
        app.MapDefaultEndpoints();
        app.MapGet("/v1/kv/{namespace}/{**key}", static (string key) => Results.Text(key));
        app.MapGet("/boom", static string () => throw new InvalidOperationException("broken inside"));
        await app.StartAsync();
        return new DefaultsHost(app);
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _app.DisposeAsync();
    }
}
