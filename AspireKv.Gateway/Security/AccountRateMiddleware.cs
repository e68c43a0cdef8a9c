using AspireKv.AccessTokens;
using AspireKv.Gateway.Errors;

namespace AspireKv.Gateway.Security;

/// <summary>Refuses requests of an account beyond its rate, however many access tokens it has. Goes after the access token.</summary>
internal sealed class AccountRateMiddleware(RequestDelegate next, RequestRates rates, ErrorAnswer errors)
{
    public Task InvokeAsync(HttpContext context) =>
        context.Features.Get<ValidatedAccessToken>() is not { } token || rates.TryTake(token.Subject)
            ? next(context)
            : errors.WriteAsync(context, ApiError.RateLimited);
}
