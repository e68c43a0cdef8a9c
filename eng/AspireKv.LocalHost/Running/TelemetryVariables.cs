using System.Collections.Frozen;

namespace AspireKv.LocalHost;

/// <summary>What tells a service where its telemetry goes, as Aspire does: to the dashboard, and soon rather than in large batches.</summary>
internal static class TelemetryVariables
{
    public static readonly IReadOnlyDictionary<string, string> None = FrozenDictionary<string, string>.Empty;

    public static IReadOnlyDictionary<string, string> For(LocalHostSettings settings) => new Dictionary<string, string>
    {
        ["OTEL_EXPORTER_OTLP_ENDPOINT"] = settings.OtlpUrl.GetLeftPart(UriPartial.Authority),
        ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "grpc",
        ["OTEL_EXPORTER_OTLP_HEADERS"] = $"x-otlp-api-key={settings.OtlpApiKey}",
        ["OTEL_BLRP_SCHEDULE_DELAY"] = "1000",
        ["OTEL_BSP_SCHEDULE_DELAY"] = "1000",
        ["OTEL_METRIC_EXPORT_INTERVAL"] = "1000",
    };
}
