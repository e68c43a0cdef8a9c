using Microsoft.AspNetCore.Builder;

namespace AspireKv.ServiceDefaults;

public static class RequestMetricsExtensions
{
    /// <summary>Measures every request that passes; put it first, so that the time of all middleware counts.</summary>
    public static IApplicationBuilder UseRequestMetrics(this IApplicationBuilder app) => app.UseMiddleware<RequestMetricsMiddleware>();
}
