using System.Globalization;
using System.Net;
using System.Text.Json.Serialization;

namespace AspireKv.Auth.Api;

internal sealed record TokenAnswer(string Status, string Token);

internal sealed record LoginError(string Status, string Error, string Code);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(TokenAnswer))]
[JsonSerializable(typeof(LoginError))]
internal sealed partial class LoginJson : JsonSerializerContext;

/// <summary>The two shapes that answers have.</summary>
internal static class LoginAnswers
{
    public static Task TokenAsync(HttpContext context, string token)
    {
        // RFC 6749, 5.1: nobody on the way may keep it.
        context.Response.Headers.CacheControl = "no-store";
        return context.Response.WriteAsJsonAsync(new TokenAnswer("Success", token), LoginJson.Default.TokenAnswer);
    }

    public static Task ErrorAsync(HttpContext context, HttpStatusCode status, string error)
    {
        context.Response.StatusCode = (int)status;
        if (status == HttpStatusCode.Unauthorized)
        {
            // Every 401 names a scheme (RFC 9110, 15.5.2): that of the token which a login gives.
            context.Response.Headers.WWWAuthenticate = "Bearer";
        }

        context.Response.Headers.CacheControl = "no-store";
        return context.Response.WriteAsJsonAsync(new LoginError("Error", error, CodeOf(status)), LoginJson.Default.LoginError);
    }

    public static Task TooManyAsync(HttpContext context, TimeSpan retryAfter, string error) =>
        LaterAsync(context, HttpStatusCode.TooManyRequests, retryAfter, error);

    public static Task UnavailableAsync(HttpContext context, TimeSpan retryAfter, string error) =>
        LaterAsync(context, HttpStatusCode.ServiceUnavailable, retryAfter, error);

    /// <summary>What programs go by, in the words of the gateway.</summary>
    private static string CodeOf(HttpStatusCode status) => status switch
    {
        HttpStatusCode.BadRequest => "invalid_login",
        HttpStatusCode.Unauthorized => "login_refused",
        HttpStatusCode.NotFound => "route_not_found",
        HttpStatusCode.MethodNotAllowed => "method_not_allowed",
        HttpStatusCode.RequestTimeout => "body_timeout",
        HttpStatusCode.RequestEntityTooLarge => "body_too_large",
        HttpStatusCode.TooManyRequests => "too_many_logins",
        HttpStatusCode.ServiceUnavailable => "auth_unavailable",
        _ => "internal_error",
    };

    private static Task LaterAsync(HttpContext context, HttpStatusCode status, TimeSpan retryAfter, string error)
    {
        var seconds = Math.Max(1, (int)Math.Ceiling(retryAfter.TotalSeconds));
        context.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        return ErrorAsync(context, status, error);
    }
}
