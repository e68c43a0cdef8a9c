using AspireKv.AccessTokens;
using AspireKv.Cluster.Operations;
using AspireKv.Cluster.Versioning;
using AspireKv.Gateway.Errors;
using AspireKv.Gateway.Routes;

namespace AspireKv.Gateway.KeyValue;

/// <summary>Says in HTTP how an operation ended.</summary>
internal static class OperationAnswer
{
    private const string DefaultContentType = "application/octet-stream";

    /// <summary>
    /// A copy may be kept but must be asked for again: a read here is always the present value. Nobody on the way may compress it: the tag
    /// would become a weak one, and a change on the condition of a weak tag fails for ever.
    /// </summary>
    private const string CacheControl = "no-cache, no-transform";

    public static Task WriteAsync(HttpContext context, DataRequest request, OperationResult result) => result switch
    {
        { Outcome: OperationOutcome.Found, Entry: { } entry } when request.Family == ApiFamily.Json =>
            JsonAnswer.WriteValueAsync(context, request, entry),
        { Outcome: OperationOutcome.Found, Entry: { } entry } => WriteValueAsync(context, request, entry),
        { Outcome: OperationOutcome.NotFound } => FailAsync(
            context, request.Preconditions.IfMatch.IsPresent ? ApiError.PreconditionFailed : ApiError.KeyNotFound),
        { Outcome: OperationOutcome.Applied } => WriteAppliedAsync(context, request, result),
        { Outcome: OperationOutcome.ConditionFailed } => FailAsync(context, ApiError.PreconditionFailed),
        { Outcome: OperationOutcome.NotApplied } => FailAsync(context, ErrorOf(context, result.Reason)),
        _ when request.IsRead => FailAsync(context, ApiError.ReadTimeout),
        _ => FailAsync(context, ApiError.OutcomeUnknown, Outcome.Unknown),
    };

    private static Task WriteValueAsync(HttpContext context, DataRequest request, Entry entry)
    {
        var response = context.Response;
        var status = request.Preconditions.StatusOfFound(entry.Revision);
        if (status == StatusCodes.Status412PreconditionFailed)
        {
            return FailAsync(context, ApiError.PreconditionFailed);
        }

        response.StatusCode = status;
        response.Headers.ETag = EntityTag.Format(entry.Revision);
        response.Headers.CacheControl = CacheControl;
        if (status == StatusCodes.Status304NotModified)
        {
            return Task.CompletedTask;
        }

        // Whoever opens a value as a page gets one that can do nothing, and no page of another origin embeds it.
        response.Headers.ContentSecurityPolicy = "default-src 'none'; sandbox";
        response.Headers["Cross-Origin-Resource-Policy"] = "same-origin";
        response.ContentType = entry.ContentType ?? DefaultContentType;
        response.ContentLength = entry.Value.Length;
        if (ApiRoutes.IsHead(context.Request) || entry.Value.IsEmpty)
        {
            return Task.CompletedTask;
        }

        AnswerPace.Demand(context, entry.Value.Length);
        return response.BodyWriter.WriteAsync(entry.Value, context.RequestAborted).AsTask();
    }

    private static Task WriteAppliedAsync(HttpContext context, DataRequest request, OperationResult result)
    {
        context.Response.Headers[Outcome.Header] = Outcome.Applied;
        if (request.Family == ApiFamily.Json)
        {
            return JsonAnswer.WriteAppliedAsync(context, request, result.Revision);
        }

        // Whether the key had a value before is known only where the change asked for it: a plain PUT does not look, and is a 204.
        context.Response.StatusCode = request.Operation is { Kind: OperationKind.Put, Condition: ConditionKind.DoesNotExist }
            ? StatusCodes.Status201Created
            : StatusCodes.Status204NoContent;
        if (request.Operation.Kind == OperationKind.Put)
        {
            context.Response.Headers.ETag = EntityTag.Format(result.Revision);
        }

        return Task.CompletedTask;
    }

    /// <summary>A node judges the token anew at the end of the request: a slow one may outlive its token.</summary>
    private static ApiError ErrorOf(HttpContext context, NotAppliedReason reason) =>
        reason == NotAppliedReason.Unauthorized
        && context.Features.Get<ValidatedAccessToken>() is { } token
        && context.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow() >= token.ExpiresAt
            ? ApiError.TokenExpired
            : ApiError.FromReason(reason);

    private static Task FailAsync(HttpContext context, ApiError error, string outcome = Outcome.NotApplied) =>
        context.RequestServices.GetRequiredService<ErrorAnswer>().WriteAsync(context, error, outcome);
}
