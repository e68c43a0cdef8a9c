using System.Globalization;
using System.Net;
using System.Text.Json.Serialization;

namespace AspireKv.Auth.Api;

internal sealed record TokenAnswer(string Status, string Token);

internal sealed record ErrorAnswer(string Status, string Error);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(TokenAnswer))]
[JsonSerializable(typeof(ErrorAnswer))]
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
        context.Response.Headers.CacheControl = "no-store";
        return context.Response.WriteAsJsonAsync(new ErrorAnswer("Error", error), LoginJson.Default.ErrorAnswer);
    }

    public static Task TooManyAsync(HttpContext context, TimeSpan retryAfter, string error)
    {
        var seconds = Math.Max(1, (int)Math.Ceiling(retryAfter.TotalSeconds));
        context.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        return ErrorAsync(context, HttpStatusCode.TooManyRequests, error);
    }
}
