using AspireKv.Gateway.Errors;
using AspireKv.Gateway.KeyValue;
using AspireKv.Gateway.Telemetry;

namespace AspireKv.Gateway.Proxy;

/// <summary>
/// The first step of the proxy's pipeline: reads the operation from the request, so that the router can go by its key, and measures how it
/// ended.
/// </summary>
internal sealed class DataRequestMiddleware(
    RequestDelegate next, DataRequestReader reader, ErrorAnswer errors, GatewayMetrics metrics, TimeProvider time)
{
    public Task InvokeAsync(HttpContext context)
    {
        var proxy = context.GetReverseProxyFeature();
        return proxy.Cluster.Config.ClusterId == ProxyConfig.StorageCluster
            ? ExecuteAsync(context, proxy.Route.Config.RouteId)
            : next(context);
    }

    private async Task ExecuteAsync(HttpContext context, string route)
    {
        var (error, request) = await reader.ReadAsync(context, route);
        if (request is null)
        {
            await errors.WriteAsync(context, error!);
            return;
        }

        request.AttachTo(context);
        try
        {
            await next(context);
        }
        finally
        {
            metrics.Record(request, request.Result, time.GetElapsedTime(request.Started));
        }
    }
}
