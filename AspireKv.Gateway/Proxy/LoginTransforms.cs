using AspireKv.Gateway.Routes;
using Microsoft.AspNetCore.HttpOverrides;
using Yarp.ReverseProxy.Transforms;
using Yarp.ReverseProxy.Transforms.Builder;

namespace AspireKv.Gateway.Proxy;

/// <summary>
/// What passes between a client and the auth service: the body, and the headers named here. No other header of a client passes, so a client
/// cannot send anything that the auth service would trust. Requests for data never come here: see <see cref="OperationMiddleware"/>.
/// </summary>
internal sealed class LoginTransforms : ITransformProvider
{
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
        context.AddRequestTransform(PrepareLogin);
        context.AddResponseTransform(CopyLoginHeaders);
    }

    /// <summary>
    /// The content type is ours, since a form's type is what plain <c>curl -d</c> says of its JSON. The address is the client's as we know
    /// it, whatever the client says: auth counts login tries by it.
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
            if (answer.Headers.WwwAuthenticate.Count > 0)
            {
                headers.WWWAuthenticate = answer.Headers.WwwAuthenticate.ToString();
            }

            if (answer.Headers.RetryAfter is { } retryAfter)
            {
                headers.RetryAfter = retryAfter.ToString();
            }
        }

        return ValueTask.CompletedTask;
    }
}
