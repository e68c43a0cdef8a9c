using AspireKv.Gateway.Bodies;
using AspireKv.Gateway.Errors;
using Yarp.ReverseProxy.Forwarder;

namespace AspireKv.Gateway.Proxy;

/// <summary>
/// The step before the proxy's own forwarder, to which only logins come: takes in the whole body, and says in our form that it is no good
/// or that the auth service was not reached. A client that is slow to send holds no connection to the auth service.
/// </summary>
internal sealed class LoginMiddleware(RequestDelegate next, BodyReader bodies, ErrorAnswer errors, ILogger<LoginMiddleware> logger)
{
    /// <summary>As the auth service.</summary>
    private const int MaxBytes = 4 * 1024;

    public async Task InvokeAsync(HttpContext context)
    {
        var (fault, body) = await bodies.ReadAsync(context, MaxBytes);
        if (fault != BodyFault.None)
        {
            await errors.WriteAsync(context, ApiError.FromFault(fault));
            return;
        }

        context.Request.Body = new MemoryStream(body);
        context.Request.ContentLength = body.Length;
        await next(context);
        if (context.Features.Get<IForwarderErrorFeature>() is { } failure
            && !context.Response.HasStarted
            && !context.RequestAborted.IsCancellationRequested)
        {
            Log.AuthUnreachable(logger, failure.Error.ToString(), failure.Exception?.GetBaseException().Message);
            context.Response.Clear();
            await errors.WriteAsync(context, ApiError.AuthUnavailable);
        }
    }
}
