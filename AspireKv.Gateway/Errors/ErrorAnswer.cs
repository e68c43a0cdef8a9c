using System.Buffers;
using System.Globalization;
using System.Text.Json;
using AspireKv.Gateway.Routes;
using AspireKv.Gateway.Telemetry;
using Microsoft.AspNetCore.WebUtilities;

namespace AspireKv.Gateway.Errors;

/// <summary>Writes errors in the form of their route's family, and counts them.</summary>
internal sealed class ErrorAnswer(GatewayMetrics metrics)
{
    private const string ProblemType = "application/problem+json";

    /// <param name="context">The request; its answer must not have begun.</param>
    /// <param name="error">What went wrong.</param>
    /// <param name="outcome">What became of the change, where the request asked for one.</param>
    public Task WriteAsync(HttpContext context, ApiError error, string outcome = Outcome.NotApplied)
    {
        metrics.CountError(error.Code);
        var headers = context.Response.Headers;
        headers.XContentTypeOptions = "nosniff";

        // Without a word on it a 404 may be kept (RFC 9111, 4.2.2), and would hide a value that was written since.
        headers.CacheControl = "no-store";
        if (error.RetryAfterSeconds is { } seconds)
        {
            headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        }

        if (error.Status == StatusCodes.Status401Unauthorized)
        {
            headers.WWWAuthenticate =
                error == ApiError.TokenMissing ? "Bearer"
                : error == ApiError.TokenExpired ? "Bearer error=\"invalid_token\", error_description=\"The access token expired\""
                : "Bearer error=\"invalid_token\"";
        }

        if (error.Status == StatusCodes.Status413PayloadTooLarge)
        {
            // The rest of the body would have to be read to find the next request.
            headers.Connection = "close";
        }

        if (error == ApiError.ContentEncodingNotSupported)
        {
            headers.AcceptEncoding = "identity";
        }

        var changesData = ApiRoutes.ChangesData(context.Request);
        if (changesData)
        {
            headers[Outcome.Header] = outcome;
        }

        return ApiRoutes.FamilyOf(context.Request.Path) == ApiFamily.Json
            ? StatusJson.WriteErrorAsync(context, error)
            : WriteProblemAsync(context, error, changesData ? outcome : null);
    }

    private static Task WriteProblemAsync(HttpContext context, ApiError error, string? outcome)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(buffer, StatusJson.Writing))
        {
            json.WriteStartObject();
            json.WriteString("type"u8, "about:blank"u8);
            json.WriteString("title"u8, ReasonPhrases.GetReasonPhrase(error.Status));
            json.WriteNumber("status"u8, error.Status);
            json.WriteString("code"u8, error.Code);
            json.WriteString("detail"u8, error.Detail);
            if (error == ApiError.Internal)
            {
                json.WriteString("requestId"u8, context.TraceIdentifier);
            }

            if (outcome is not null)
            {
                json.WriteString("outcome"u8, outcome);
            }

            json.WriteEndObject();
        }

        var response = context.Response;
        response.StatusCode = error.Status;
        response.ContentType = ProblemType;
        response.ContentLength = buffer.WrittenCount;
        return ApiRoutes.IsHead(context.Request)
            ? Task.CompletedTask
            : response.BodyWriter.WriteAsync(buffer.WrittenMemory, context.RequestAborted).AsTask();
    }
}
