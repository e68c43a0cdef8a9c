using AspireKv.Gateway.Errors;

namespace AspireKv.Gateway.Security;

/// <summary>An endpoint that names no methods is there to be read, and takes no other method than GET and HEAD.</summary>
internal sealed class MethodMiddleware(RequestDelegate next, ErrorAnswer errors)
{
    public Task InvokeAsync(HttpContext context)
    {
        var method = context.Request.Method;
        if (HttpMethods.IsGet(method)
            || HttpMethods.IsHead(method)
            || context.GetEndpoint() is not RouteEndpoint endpoint
            || endpoint.Metadata.GetMetadata<IHttpMethodMetadata>() is { HttpMethods.Count: > 0 })
        {
            return next(context);
        }

        context.Response.Headers.Allow = "GET, HEAD";
        return errors.WriteAsync(context, ApiError.MethodNotAllowed);
    }
}
