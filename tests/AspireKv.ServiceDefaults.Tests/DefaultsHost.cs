using AspireKv.ServiceDefaults.Listening;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;

namespace AspireKv.ServiceDefaults.Tests;

/// <summary>A service with nothing but the defaults, on a free port; in Development unless its arguments say otherwise.</summary>
internal sealed class DefaultsHost : IAsyncDisposable
{
    private readonly WebApplication _app;

    private DefaultsHost(WebApplication app) => (_app, Http, Management) = (
        app,
        new HttpClient { BaseAddress = new Uri(app.Urls.First()) },
        new HttpClient { BaseAddress = new Uri(app.Urls.Last()) });

    /// <summary>Asks as everybody can.</summary>
    public HttpClient Http { get; }

    /// <summary>Asks as an operator, where the arguments give the service a management listener.</summary>
    public HttpClient Management { get; }

    public static async Task<DefaultsHost> StartAsync(Func<HealthCheckResult>? health = null, params string[] args)
    {
        var builder = WebApplication.CreateBuilder(["--environment=Development", "--urls=http://127.0.0.1:0", .. args]);
        builder.AddServiceDefaults();
        builder.AddListeners(ListenAddress.Read(builder.Configuration));
        builder.Services.AddListenerOptions();
        builder.Logging.ClearProviders();
        if (health is not null)
        {
            builder.Services.AddHealthChecks().AddCheck("storage", health);
        }

        var app = builder.Build();
        app.UseRequestMetrics();
        app.UseRequestForm();
        app.UseManagement();
        app.UseRouting();
        app.MapDefaultEndpoints();
        app.MapGet("/v1/kv/{namespace}/{**key}", static (string key) => Results.Text(key));
        app.MapGet("/boom", static string () => throw new InvalidOperationException("broken inside"));
        await app.StartAsync();
        return new DefaultsHost(app);
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        Management.Dispose();
        await _app.DisposeAsync();
    }
}
