using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace AspireKv.ServiceDefaults.Health;

/// <summary>
/// <c>/alive</c>: the process is up and answers, so do not restart it. <c>/health</c>: no health check fails, so send it work, of which a
/// degraded service does a part. <c>/health/all</c>: every health check holds, so that nothing has to be waited for any more.
/// All are open in every environment, since whoever watches a service has no token; the names and reasons of checks are not.
/// </summary>
internal static class HealthEndpoints
{
    public const string AlivePath = "/alive";
    public const string HealthPath = "/health";
    public const string FullHealthPath = "/health/all";

    private static readonly HealthAnswer Alive = new(nameof(HealthStatus.Healthy), []);
    private static readonly string[] Methods = [HttpMethods.Get, HttpMethods.Head];

    public static void MapHealthEndpoints(this IEndpointRouteBuilder endpoints, bool withDetails)
    {
        endpoints.MapMethods(AlivePath, Methods, static context => WriteAsync(context, Alive))
            .AllowAnonymous()
            .ExcludeFromDescription();
        endpoints.MapHealth(HealthPath, withDetails, StatusCodes.Status200OK);
        endpoints.MapHealth(FullHealthPath, withDetails, StatusCodes.Status503ServiceUnavailable);
    }

    /// <param name="endpoints">Where it is mapped.</param>
    /// <param name="path">Its path.</param>
    /// <param name="withDetails">Whether the checks are told.</param>
    /// <param name="degraded">The status of a service that is degraded.</param>
    private static void MapHealth(this IEndpointRouteBuilder endpoints, string path, bool withDetails, int degraded) =>
        endpoints.MapHealthChecks(path, new HealthCheckOptions
        {
            ResponseWriter = (context, report) => WriteReportAsync(context, report, withDetails),
            ResultStatusCodes =
            {
                [HealthStatus.Degraded] = degraded,
            },
        }).WithMetadata(new HttpMethodMetadata(Methods)).AllowAnonymous();

    /// <summary>The middleware has set the status.</summary>
    private static Task WriteReportAsync(HttpContext context, HealthReport report, bool withDetails) =>
        WriteAsync(context, new(report.Status.ToString(), withDetails ? [.. report.Entries.Select(ToCheck)] : null));

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
