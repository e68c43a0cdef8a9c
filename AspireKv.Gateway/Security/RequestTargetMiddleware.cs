using AspireKv.Gateway.Errors;
using AspireKv.Gateway.Routes;
using Microsoft.AspNetCore.Http.Features;

namespace AspireKv.Gateway.Security;

/// <summary>
/// Runs before routing and sees to it that a request is routed by what stands literally on its request line. The server decodes escapes and
/// resolves dot segments before routing, so that a target could reach a route that nothing before the gateway took it for (RFC 3986,
/// 6.2.2).
/// </summary>
internal sealed class RequestTargetMiddleware(RequestDelegate next, ErrorAnswer errors)
{
    public Task InvokeAsync(HttpContext context)
    {
        var request = context.Request;
        var target = context.Features.Get<IHttpRequestFeature>()!.RawTarget;
        var path = RequestTarget.PathOf(target);
        if (RequestTarget.IsKeyTarget(target))
        {
            request.Path = ApiRoutes.KeyPlaceholder;
            if (RequestTarget.HasDotSegment(path))
            {
                return errors.WriteAsync(context, ApiError.InvalidTarget);
            }
        }
        else if (!path.SequenceEqual(request.Path.Value) || path.StartsWith("//"))
        {
            // The absolute form ends here too: who stands before us may have routed by another host.
            return errors.WriteAsync(context, ApiError.InvalidTarget);
        }

        return next(context);
    }
}
