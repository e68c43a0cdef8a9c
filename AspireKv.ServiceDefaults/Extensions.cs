using AspireKv.ServiceDefaults.Health;
using AspireKv.ServiceDefaults.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration.Memory;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace AspireKv.ServiceDefaults;

/// <summary>What every AspireKv service has in common: telemetry, health, service discovery, a clock.</summary>
public static class Extensions
{
    /// <summary>
    /// The lowest layer of configuration: a service says less, and never waits for its console. Anything that a user configures wins.
    /// </summary>
    private static readonly KeyValuePair<string, string?>[] Defaults =
    [
        new("Logging:LogLevel:Default", "Information"),
        new("Logging:LogLevel:Microsoft.AspNetCore", "Warning"),
        new("Logging:LogLevel:Microsoft.Hosting.Lifetime", "Information"),
        // What keeps the host from starting is said by ServiceRunner; what ends it later is critical.
        new("Logging:LogLevel:Microsoft.Extensions.Hosting.Internal.Host", "Critical"),
        new("Logging:LogLevel:System.Net.Http.HttpClient", "Warning"),
        // Even with nothing to write, this category makes the server open a logging scope and an Activity for each request.
        new("Logging:LogLevel:Microsoft.AspNetCore.Hosting.Diagnostics", "None"),
        // Each look at an unhealthy /health would be an error in the log; the answer itself says what is wrong.
        new("Logging:LogLevel:Microsoft.Extensions.Diagnostics.HealthChecks", "None"),
        new("Logging:Console:FormatterName", "simple"),
        new("Logging:Console:FormatterOptions:SingleLine", "true"),
        new("Logging:Console:FormatterOptions:UseUtcTimestamp", "true"),
        new("Logging:Console:FormatterOptions:TimestampFormat", "HH:mm:ss.fff "),
        // A reader that stops reading our output must not stop the service.
        new("Logging:Console:QueueFullMode", "DropWrite"),
    ];

    /// <summary>
    /// Adds telemetry, health checks, service discovery for every <see cref="HttpClient"/>, and <see cref="TimeProvider"/>.
    /// No resilience handler: the standard one repeats every HTTP method, and a repeated write can bury a newer one.
    /// </summary>
    /// <param name="builder">The service.</param>
    /// <param name="isPublic">Anybody may call it: whether a request is traced is not for its sender to say.</param>
    public static TBuilder AddServiceDefaults<TBuilder>(this TBuilder builder, bool isPublic = false)
        where TBuilder : IHostApplicationBuilder
    {
        ArgumentNullException.ThrowIfNull(builder);

        builder.Configuration.Sources.Insert(0, new MemoryConfigurationSource { InitialData = Defaults });
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.AddServiceDiscovery();
        builder.Services.ConfigureHttpClientDefaults(static http => http.AddServiceDiscovery());
        builder.Services.AddHealthChecks();
        builder.AddTelemetry(isPublic);
        return builder;
    }

    /// <summary>Measures every request that passes; put it first, so that the time of all middleware counts.</summary>
    public static IApplicationBuilder UseRequestMetrics(this IApplicationBuilder app) => app.UseMiddleware<RequestMetricsMiddleware>();

    /// <summary>Maps <c>/alive</c>, <c>/health</c> and <c>/metrics</c>: open in every environment, and never traced.</summary>
    public static WebApplication MapDefaultEndpoints(this WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);

        app.MapHealthEndpoints();
        app.MapPrometheusScrapingEndpoint(TelemetryExtensions.MetricsPath).AllowAnonymous();
        return app;
    }
}
