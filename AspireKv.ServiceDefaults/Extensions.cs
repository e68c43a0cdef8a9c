using AspireKv.ServiceDefaults.Health;
using AspireKv.ServiceDefaults.Listening;
using AspireKv.ServiceDefaults.Requests;
using AspireKv.ServiceDefaults.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Configuration.Memory;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

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
        // A collector that takes nothing must not keep a service from ending: traces, metrics and logs are handed in one after the other.
        new("OTEL_EXPORTER_OTLP_TIMEOUT", "1500"),
    ];

    /// <summary>
    /// In Development an e-mail address is enough to log in. A web page can point a name of its own at this machine and would be served;
    /// it cannot make a browser say one of these names.
    /// </summary>
    private static readonly KeyValuePair<string, string?> OwnHostsOnly = new("AllowedHosts", "localhost;127.0.0.1;[::1]");

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

        builder.Configuration.Sources.Insert(0, new MemoryConfigurationSource
        {
            InitialData = builder.Environment.IsDevelopment() ? [.. Defaults, OwnHostsOnly] : Defaults,
        });
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.AddServiceDiscovery();
        builder.Services.ConfigureHttpClientDefaults(static http => http.AddServiceDiscovery());
        builder.Services.AddHealthChecks();
        // Whatever reads a body has a bound of its own. With one of the server's, the rest of a body that is longer could not be read, and
        // a client that sends all of it before it looks for the answer would find its connection reset instead.
        builder.Services.Configure<KestrelServerOptions>(static server =>
        {
            server.Limits.MaxRequestBodySize = null;
            server.RequestHeaderEncodingSelector = ContentLengthDigits.Choose;
        });
        builder.Services.AddOptions<SocketTransportOptions>().Configure<IOptions<ListenerNames>>(
            static (sockets, names) => sockets.CreateBoundListenSocket = names.Value.Open);
        builder.AddTelemetry(isPublic);
        return builder;
    }

    /// <summary>Measures every request that passes; put it first, so that the time of all middleware counts.</summary>
    public static IApplicationBuilder UseRequestMetrics(this IApplicationBuilder app) => app.UseMiddleware<RequestMetricsMiddleware>();

    /// <summary>
    /// Lets nobody keep an answer that says nothing else itself: a cache may keep even a 404 (RFC 9110, 15.1).
    /// </summary>
    public static IApplicationBuilder UseNoStore(this IApplicationBuilder app) => app.Use(static (context, next) =>
    {
        context.Response.Headers.CacheControl = "no-store";
        return next(context);
    });

    /// <summary>
    /// Refuses methods in another spelling than their own, codings of the body that nobody undoes, and bodies of two lengths. Every
    /// service that listens has it before whatever reads the request.
    /// </summary>
    /// <param name="app">The service.</param>
    /// <param name="refuse">Writes the answer; by default a bare status.</param>
    public static IApplicationBuilder UseRequestForm(
        this IApplicationBuilder app, Func<HttpContext, RequestFault, Task>? refuse = null) =>
        app.UseMiddleware<RequestFormMiddleware>(refuse ?? RequestFormMiddleware.RefuseAsync);

    /// <summary>
    /// Answers all that comes by the management listener: health with its details, metrics, and what else is mapped for it. Goes before
    /// <c>UseRouting</c>, which has to be called: no route of the service itself is on that listener, and no check of its clients.
    /// </summary>
    /// <param name="app">The service, whose listeners are those of <see cref="ListenerExtensions.AddListeners"/>.</param>
    /// <param name="map">Maps what this service has beyond the others.</param>
    public static void UseManagement(this WebApplication app, Action<IEndpointRouteBuilder>? map = null)
    {
        ArgumentNullException.ThrowIfNull(app);
        var listener = app.Services.GetRequiredService<ManagementListener>();
        app.Lifetime.ApplicationStarted.Register(() => listener.Announce(app.Logger, app.Environment.IsDevelopment()));
        if (listener.Address is null)
        {
            return;
        }

        app.MapWhen(ManagementListener.IsSourceOf, management =>
        {
            management.UseRouting();
            management.UseEndpoints(endpoints =>
            {
                endpoints.MapHealthEndpoints(withDetails: true);
                endpoints.MapMetrics();
                map?.Invoke(endpoints);
            });
        });
    }

    /// <summary>
    /// Maps what everybody may ask a service: <c>/alive</c>, <c>/health</c> and <c>/health/all</c>, never traced. In Development it tells
    /// the details, and <c>/metrics</c> too; elsewhere those are for operators (<see cref="UseManagement"/>).
    /// </summary>
    public static WebApplication MapDefaultEndpoints(this WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);
        var isOpen = app.Environment.IsDevelopment();
        app.MapHealthEndpoints(withDetails: isOpen);
        if (isOpen)
        {
            app.MapMetrics();
        }

        return app;
    }
}
