using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace AspireKv.ServiceDefaults.Telemetry;

/// <summary>Measures each request, whatever its outcome, under the pattern of the endpoint that it matched.</summary>
internal sealed class RequestMetricsMiddleware(RequestDelegate next, RequestMetrics metrics, TimeProvider time)
{
    public async Task InvokeAsync(HttpContext context)
    {
        var start = time.GetTimestamp();
        // Error handlers take the endpoint away before they answer, so it is read first.
        var endpoint = context.GetEndpoint();
        var failed = true;
        try
        {
            await next(context);
            failed = false;
        }
        finally
        {
            // An exception that passes here becomes a 500 in the server, after us.
            var status = failed ? StatusCodes.Status500InternalServerError : context.Response.StatusCode;
            metrics.Record(RouteOf(endpoint ?? context.GetEndpoint()), status, time.GetElapsedTime(start));
        }
    }

    private static string RouteOf(Endpoint? endpoint) =>
        endpoint is RouteEndpoint { RoutePattern.RawText: { } pattern } ? pattern : RequestMetrics.UnmatchedRoute;
}
