using AspireKv.Gateway.Errors;
using Yarp.ReverseProxy.Forwarder;

namespace AspireKv.Gateway.Proxy;

/// <summary>
/// The step before the proxy's own forwarder, to which only logins come: says in our form that the auth service was not reached.
/// </summary>
internal sealed class LoginMiddleware(RequestDelegate next, ErrorAnswer errors, ILogger<LoginMiddleware> logger)
{
    public async Task InvokeAsync(HttpContext context)
    {
        await next(context);

        // With a status below 500 the proxy found fault with the client's body: such a bare status is answered like everybody's.
        if (context.Features.Get<IForwarderErrorFeature>() is { } failure
            && context.Response is { HasStarted: false, StatusCode: >= StatusCodes.Status500InternalServerError }
            && !context.RequestAborted.IsCancellationRequested)
        {
            Log.AuthUnreachable(logger, failure.Error.ToString(), failure.Exception?.GetBaseException().Message);
            context.Response.Clear();
            await errors.WriteAsync(context, ApiError.AuthUnavailable);
        }
    }
}
