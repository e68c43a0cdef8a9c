using System.Diagnostics.Metrics;
using System.Globalization;
using System.Security.Cryptography;
using AspireKv.ServiceDefaults.Health;
using AspireKv.ServiceDefaults.StartUp;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace AspireKv.ServiceDefaults.Telemetry;

/// <summary>
/// OpenTelemetry for every service. Metrics are always there, for <c>/metrics</c>; traces and logs are gathered only where
/// <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> names someone to send them to. Instruments on the path of a request are chosen with care:
/// all of ASP.NET Core's together cost a read about 15 % of its throughput.
/// </summary>
internal static class TelemetryExtensions
{
    public const string MetricsPath = "/metrics";
    private const string OurSources = "AspireKv.*";
    private const string OurPrefix = "AspireKv.";
    private const string OtlpEndpointKey = "OTEL_EXPORTER_OTLP_ENDPOINT";
    private const string OtlpTimeoutKey = "OTEL_EXPORTER_OTLP_TIMEOUT";
    private const string ServiceNameKey = "OTEL_SERVICE_NAME";
    private const string SecondsUnit = "s";

    /// <summary>How telemetry is sent: all of it, and each kind where that is sent otherwise.</summary>
    private static readonly string[] OtlpProtocolKeys =
    [
        "OTEL_EXPORTER_OTLP_PROTOCOL", "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "OTEL_EXPORTER_OTLP_METRICS_PROTOCOL",
        "OTEL_EXPORTER_OTLP_LOGS_PROTOCOL",
    ];

    /// <summary>From a read out of memory to the longest that a request may last, in seconds.</summary>
    private static readonly double[] SecondsBuckets =
        [0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

    /// <summary>
    /// Numbers of others that nobody acts on, and that Prometheus finds fault with (promtool): the runtime's have names that are reserved
    /// for parts of a histogram, Polly's are in milliseconds.
    /// </summary>
    private static readonly string[] Unwanted =
    [
        "dotnet.assembly.count", "dotnet.process.cpu.count", "dotnet.timer.count",
        "resilience.polly.pipeline.duration", "resilience.polly.strategy.attempt.duration",
    ];

    public static void AddTelemetry(this IHostApplicationBuilder builder, bool isPublic)
    {
        builder.Services.AddSingleton<RequestMetrics>();
        builder.Services.AddSingleton<MetricsAnswer>();
        builder.Services.AddOptionsWithValidateOnStart<TelemetryOptions, TelemetryOptionsValidator>()
            .BindConfiguration(TelemetryOptions.SectionName);

        var openTelemetry = builder.Services.AddOpenTelemetry().WithMetrics(AddMetrics);
        if (string.IsNullOrWhiteSpace(builder.Configuration[ServiceNameKey]))
        {
            openTelemetry.ConfigureResource(resource => resource.AddService(builder.Environment.ApplicationName));
        }

        builder.Services.ConfigureOpenTelemetryMeterProvider(AddDetailedMetrics);
        if (builder.Configuration[OtlpEndpointKey] is not { } collector || string.IsNullOrWhiteSpace(collector))
        {
            return;
        }

        // The exporter itself would say nothing, and send nothing.
        if (!Uri.TryCreate(collector, UriKind.Absolute, out var uri)
            || (uri.Scheme != Uri.UriSchemeHttp && uri.Scheme != Uri.UriSchemeHttps)
            || uri.Host.Length == 0)
        {
            throw new StartUpException($"{OtlpEndpointKey} is '{collector}'; it must be an http or https address.");
        }

        // Nor of a time that is none: it would wait ten seconds instead.
        var timeout = builder.Configuration[OtlpTimeoutKey];
        if (!string.IsNullOrWhiteSpace(timeout)
            && (!int.TryParse(timeout, NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds) || milliseconds == 0))
        {
            throw new StartUpException($"{OtlpTimeoutKey} is '{timeout}'; it must be a whole number of milliseconds above zero.");
        }

        RefuseUnknownProtocols(builder.Configuration);

        // The sampler must see the path, and the server gives it to samplers only when asked. Read once, when the server starts.
        AppContext.SetSwitch("Microsoft.AspNetCore.Hosting.SuppressActivityOpenTelemetryData", false);
        openTelemetry.WithTracing(AddTraces);
        builder.Services.ConfigureOpenTelemetryTracerProvider((services, traces) => traces.SetSampler(CreateSampler(services, isPublic)));
        builder.Logging.AddOpenTelemetry(static logs => logs.IncludeFormattedMessage = true);
        openTelemetry.UseOtlpExporter();
    }

    /// <summary>Maps <see cref="MetricsPath"/>, open to everybody who comes to where it is mapped.</summary>
    public static void MapMetrics(this IEndpointRouteBuilder endpoints)
    {
        var answer = endpoints.ServiceProvider.GetRequiredService<MetricsAnswer>();
        var exporter = endpoints.CreateApplicationBuilder().UseOpenTelemetryPrometheusScrapingEndpoint(static _ => true).Build();
        endpoints.MapMethods(MetricsPath, [HttpMethods.Get, HttpMethods.Head], context => answer.WriteAsync(context, exporter))
            .AllowAnonymous();
    }

    /// <summary>For a protocol that the exporter does not know, it would take its own, and the collector none of what it sends.</summary>
    private static void RefuseUnknownProtocols(IConfiguration configuration)
    {
        foreach (var key in OtlpProtocolKeys)
        {
            if (configuration[key] is { } protocol
                && !string.IsNullOrWhiteSpace(protocol)
                && protocol.Trim() is not ("grpc" or "http/protobuf"))
            {
                throw new StartUpException($"{key} is '{protocol}'; it must be grpc or http/protobuf.");
            }
        }
    }

    private static void AddMetrics(MeterProviderBuilder metrics) => metrics
        .AddMeter(OurSources)
        .AddMeter("Polly") // retries, time-outs and breakers of the streams between nodes
        .AddMeter("Microsoft.AspNetCore.Server.Kestrel") // connections, not requests
        .AddRuntimeInstrumentation()
        .AddHttpClientInstrumentation()
        .AddView(ToStream)
        .AddPrometheusExporter();

    private static void AddDetailedMetrics(IServiceProvider services, MeterProviderBuilder metrics)
    {
        if (services.GetRequiredService<IOptions<TelemetryOptions>>().Value.AspNetCoreMetrics)
        {
            metrics.AddAspNetCoreInstrumentation();
        }
    }

    /// <summary>OpenTelemetry's default buckets are made for milliseconds; ours measure seconds. An instrument's own advice wins.</summary>
    private static MetricStreamConfiguration? ToStream(Instrument instrument) => instrument switch
    {
        Histogram<double> { Unit: SecondsUnit, Advice: null } when instrument.Meter.Name.StartsWith(OurPrefix, StringComparison.Ordinal) =>
            new ExplicitBucketHistogramConfiguration { Boundaries = SecondsBuckets },
        _ when Unwanted.Contains(instrument.Name) => MetricStreamConfiguration.Drop,
        _ => null,
    };

    private static void AddTraces(TracerProviderBuilder traces) => traces
        .AddSource(OurSources)
        .AddAspNetCoreInstrumentation(static options =>
        {
            options.Filter = static context => !IsWatcher(context.Request.Path.Value);

            // A path holds a key, often of a person; http.route says which route it was. No route takes a query, and what somebody sends
            // in one by mistake may be a token.
            options.EnrichWithHttpRequest = static (span, _) => span.SetTag("url.path", null).SetTag("url.query", null);
        })
        .AddHttpClientInstrumentation();

    private static Sampler CreateSampler(IServiceProvider services, bool isPublic) => CreateSampler(
        new TokenBucketSampler(
            services.GetRequiredService<IOptions<TelemetryOptions>>().Value,
            services.GetRequiredService<TimeProvider>(),
            new Random(RandomNumberGenerator.GetInt32(int.MaxValue))),
        isPublic);

    /// <summary>Callers that are our own services decided for the whole trace; others decide nothing.</summary>
    internal static Sampler CreateSampler(Sampler own, bool isPublic) =>
        isPublic ? new ParentBasedSampler(own, remoteParentSampled: own, remoteParentNotSampled: own) : new ParentBasedSampler(own);

    /// <summary>Requests of whoever watches the service say nothing about it, and there is one every few seconds for ever.</summary>
    public static bool IsWatcher(string? path) =>
        path is MetricsPath or HealthEndpoints.HealthPath or HealthEndpoints.FullHealthPath or HealthEndpoints.AlivePath;
}
