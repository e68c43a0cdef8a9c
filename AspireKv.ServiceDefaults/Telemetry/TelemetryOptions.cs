using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace AspireKv.ServiceDefaults.Telemetry;

/// <summary>How much a service tells about itself, and what it pays for that.</summary>
internal sealed class TelemetryOptions
{
    public const string SectionName = "Telemetry";

    /// <summary>
    /// Traces a second that are always kept, so that someone who tries the store by hand sees every request. Raising it shows more of
    /// a busy store and costs throughput; 0 leaves everything to <see cref="TraceRatio"/>.
    /// </summary>
    [Range(0, 10_000)]
    public int TracesPerSecond { get; set; } = 5;

    /// <summary>
    /// Share of the traces beyond <see cref="TracesPerSecond"/> that are kept, 0 to 1. Raising it makes rare events likelier to be seen
    /// and costs throughput (with every request traced, about a third of it).
    /// </summary>
    [Range(0.0, 1.0)]
    public double TraceRatio { get; set; } = 0.01;

    /// <summary>
    /// Adds ASP.NET Core's own per-request metrics (<c>http_server_*</c>, routing) to ours. These repeat what
    /// <c>request_duration_seconds</c> tells and are measured on each request, so they are off.
    /// </summary>
    public bool AspNetCoreMetrics { get; set; }
}

[OptionsValidator]
internal sealed partial class TelemetryOptionsValidator : IValidateOptions<TelemetryOptions>;
