using AspireKv.Gateway.Errors;

namespace AspireKv.Gateway.Security;

/// <summary>Refuses requests of an address beyond its rate. Goes before the access token, which costs a signature check.</summary>
internal sealed class AddressRateMiddleware(RequestDelegate next, RequestRates rates, ErrorAnswer errors)
{
    public Task InvokeAsync(HttpContext context) => rates.TryTake(context.Connection.RemoteIpAddress)
        ? next(context)
        : errors.WriteAsync(context, ApiError.RateLimited);
}
