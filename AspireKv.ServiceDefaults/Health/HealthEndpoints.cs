using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace AspireKv.ServiceDefaults.Health;

/// <summary>
/// <c>/alive</c>: the process is up and answers, so do not restart it. <c>/health</c>: no health check fails, so send it work, of which a
/// degraded service does a part. <c>/health/all</c>: every health check holds, so that nothing has to be waited for any more.
/// All are open in every environment, since whoever watches a service has no token, and so they say no more than names and reasons.
/// </summary>
internal static class HealthEndpoints
{
    public const string AlivePath = "/alive";
    public const string HealthPath = "/health";
    public const string FullHealthPath = "/health/all";

    private static readonly HealthAnswer Alive = new(nameof(HealthStatus.Healthy), []);

    public static void MapHealthEndpoints(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapMethods(AlivePath, [HttpMethods.Get, HttpMethods.Head], static context => WriteAsync(context, Alive))
            .AllowAnonymous()
            .ExcludeFromDescription();
        endpoints.MapHealthChecks(HealthPath, new HealthCheckOptions { ResponseWriter = WriteReportAsync })
            .AllowAnonymous();
        endpoints.MapHealthChecks(FullHealthPath, new HealthCheckOptions
        {
            ResponseWriter = WriteReportAsync,
            ResultStatusCodes =
            {
                [HealthStatus.Degraded] = StatusCodes.Status503ServiceUnavailable,
            },
        }).AllowAnonymous();
    }

    /// <summary>The middleware has set the status.</summary>
    private static Task WriteReportAsync(HttpContext context, HealthReport report) =>
        WriteAsync(context, new(report.Status.ToString(), [.. report.Entries.Select(ToCheck)]));

    /// <summary>An exception's text may name files and hosts, so it stays in the log.</summary>
    private static HealthAnswer.Check ToCheck(KeyValuePair<string, HealthReportEntry> entry) => new(
        entry.Key,
        entry.Value.Status.ToString(),
        entry.Value switch
        {
            { Status: HealthStatus.Healthy, Description: var description } => description,
            { Exception: { } exception, Description: var description } when description is null || description == exception.Message =>
                "The check failed; the cause is in the log.",
            { Description: var description } => description,
        });

    private static Task WriteAsync(HttpContext context, HealthAnswer answer)
    {
        context.Response.Headers.CacheControl = "no-store";
        return context.Response.WriteAsJsonAsync(answer, HealthJson.Default.HealthAnswer);
    }
}
