using AspireKv.AccessTokens;
using AspireKv.Gateway.Errors;
using Microsoft.AspNetCore.Authorization;

namespace AspireKv.Gateway.Security;

/// <summary>
/// Lets a request pass to its endpoint when it presents a valid access token. Deny by default: an endpoint is open only when it says so
/// itself (<see cref="IAllowAnonymous"/>). The validator is called directly and not through an authentication scheme, since a default
/// scheme validates every request anew before any cache is asked. The validated token becomes a feature of the request.
/// </summary>
internal sealed class AccessTokenMiddleware(RequestDelegate next, AccessTokenValidator validator, ErrorAnswer errors)
{
    public Task InvokeAsync(HttpContext context)
    {
        var endpoint = context.GetEndpoint();
        // Only route endpoints do anything: the others, and none at all, answer 404 and 405.
        if (endpoint is not RouteEndpoint || endpoint.Metadata.GetMetadata<IAllowAnonymous>() is not null)
        {
            return next(context);
        }

        // What is there without the scheme is no token either (RFC 6750, 2.1): the answer says how to send one.
        if (!BearerCredential.TryRead(context.Request.Headers.Authorization, out var token))
        {
            return errors.WriteAsync(context, ApiError.TokenMissing);
        }

        var check = validator.ValidateAsync(token, context.RequestAborted);
        return check.IsCompletedSuccessfully ? ContinueAsync(context, check.Result) : WaitAsync(context, check);
    }

    private async Task WaitAsync(HttpContext context, ValueTask<AccessTokenResult> check) => await ContinueAsync(context, await check);

    private Task ContinueAsync(HttpContext context, AccessTokenResult result)
    {
        if (result.IsValid)
        {
            context.Features.Set(result.Token);
            return next(context);
        }

        // Why exactly a token was refused is for metrics, not for whoever tries tokens. That one is too old its holder can read in it.
        return errors.WriteAsync(context, result.Rejection switch
        {
            AccessTokenRejection.KeysNotLoaded => ApiError.KeysUnavailable,
            AccessTokenRejection.Expired => ApiError.TokenExpired,
            _ => ApiError.TokenInvalid,
        });
    }
}
