using AspireKv.Gateway.Api;
using Microsoft.AspNetCore.HttpOverrides;
using Yarp.ReverseProxy.Transforms;
using Yarp.ReverseProxy.Transforms.Builder;

namespace AspireKv.Gateway.Routing;

/// <summary>
/// What passes between client and upstream. To storage nodes no header passes at all: the operation carries everything, so a client cannot send anything
/// that nodes would trust. To the auth service pass the body and the headers named here.
/// </summary>
internal sealed class StorageTransforms : ITransformProvider
{
    /// <summary>The name of the node that the router chose.</summary>
    public static readonly HttpRequestOptionsKey<string> DestinationKey = new("AspireKv.Destination");

    /// <summary>Never dialled; the proxy wants an address to build a request.</summary>
    private static readonly Uri Address = new("http://storage/");

    public void ValidateRoute(TransformRouteValidationContext context)
    {
    }

    public void ValidateCluster(TransformClusterValidationContext context)
    {
    }

    public void Apply(TransformBuilderContext context)
    {
        context.UseDefaultForwarders = false;
        context.CopyRequestHeaders = false;
        context.CopyResponseHeaders = false;
        context.CopyResponseTrailers = false;
        if (context.Cluster?.ClusterId == ProxyConfig.StorageCluster)
        {
            context.AddRequestTransform(AttachOperation);
            context.AddResponseTransform(WriteAnswer);
        }
        else
        {
            context.AddRequestTransform(PrepareLogin);
            context.AddResponseTransform(CopyLoginHeaders);
        }
    }

    private static ValueTask AttachOperation(RequestTransformContext context)
    {
        var request = context.HttpContext.Features.Get<DataRequest>() ?? throw new InvalidOperationException("The operation was not read.");
        context.ProxyRequest.RequestUri = Address;
        context.ProxyRequest.Options.Set(DataRequest.OptionsKey, request);
        context.ProxyRequest.Options.Set(DestinationKey, context.HttpContext.GetReverseProxyFeature().ProxiedDestination!.DestinationId);
        return ValueTask.CompletedTask;
    }

    private static async ValueTask WriteAnswer(ResponseTransformContext context)
    {
        if (context.HttpContext.Features.Get<DataRequest>() is { Result: { } result } request)
        {
            context.SuppressResponseBody = true;
            await OperationAnswer.WriteAsync(context.HttpContext, request, result);
        }
    }

    /// <summary>
    /// The content type is ours, since a form's type is what plain <c>curl -d</c> says of its JSON. The address is the client's as we know it, whatever the
    /// client says: auth counts login tries by it.
    /// </summary>
    private static ValueTask PrepareLogin(RequestTransformContext context)
    {
        context.ProxyRequest.RequestUri = new Uri(new Uri(context.DestinationPrefix), ApiRoutes.Login);
        if (context.HttpContext.Connection.RemoteIpAddress is { } client)
        {
            context.ProxyRequest.Headers.Add(ForwardedHeadersDefaults.XForwardedForHeaderName, client.ToString());
        }

        if (context.ProxyRequest.Content is { } content)
        {
            content.Headers.TryAddWithoutValidation("Content-Type", "application/json");
            if (context.HttpContext.Request.ContentLength is { } length)
            {
                content.Headers.ContentLength = length;
            }
        }

        return ValueTask.CompletedTask;
    }

    private static ValueTask CopyLoginHeaders(ResponseTransformContext context)
    {
        if (context.ProxyResponse is { } answer)
        {
            var headers = context.HttpContext.Response.Headers;
            headers.ContentType = answer.Content.Headers.ContentType?.ToString() ?? "application/json";
            headers.ContentLength = answer.Content.Headers.ContentLength;
            headers.CacheControl = "no-store";
            if (answer.Headers.RetryAfter is { } retryAfter)
            {
                headers.RetryAfter = retryAfter.ToString();
            }
        }

        return ValueTask.CompletedTask;
    }
}
