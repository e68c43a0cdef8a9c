using System.Diagnostics.Metrics;

namespace AspireKv.ServiceDefaults.Telemetry;

/// <summary>
/// The four metrics of every service: <c>route_hit</c>, <c>request_duration_seconds</c>, <c>error_count</c>, <c>memory_usage_bytes</c>.
/// The one tag is the route's pattern as the service declares it, so the number of series has a bound and no key is ever in them.
/// </summary>
internal sealed class RequestMetrics
{
    public const string MeterName = "AspireKv.ServiceDefaults";

    /// <summary>The route of requests that no endpoint matched.</summary>
    public const string UnmatchedRoute = "unmatched";

    private const string RouteTag = "route";
    private const int FirstErrorStatus = 400;

    private readonly Counter<long> _hits;
    private readonly Counter<long> _errors;
    private readonly Histogram<double> _duration;

    public RequestMetrics(IMeterFactory meters)
    {
        ArgumentNullException.ThrowIfNull(meters);
        var meter = meters.Create(MeterName);
        _hits = meter.CreateCounter<long>("route_hit", description: "Requests answered, by route.");
        _errors = meter.CreateCounter<long>("error_count", description: "Requests answered with a 4xx or 5xx status, by route.");
        _duration = meter.CreateHistogram<double>(
            "request_duration_seconds", unit: "s", description: "Time from the first middleware to the end of the answer, by route.");
        meter.CreateObservableGauge(
            "memory_usage_bytes", static () => Environment.WorkingSet, unit: "By", description: "Working set of the process.");
    }

    /// <summary>
    /// Counts one answered request. <paramref name="route"/> must come from a fixed set, like an endpoint's pattern.
    /// Middleware that answers before an endpoint is reached calls this itself.
    /// </summary>
    public void Record(string route, int statusCode, TimeSpan elapsed)
    {
        var tag = new KeyValuePair<string, object?>(RouteTag, route);
        _hits.Add(1, tag);
        _duration.Record(elapsed.TotalSeconds, tag);
        if (statusCode >= FirstErrorStatus)
        {
            _errors.Add(1, tag);
        }
    }
}
