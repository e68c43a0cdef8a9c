using AspireKv.Cluster.Operations;
using AspireKv.Cluster.Versioning;
using AspireKv.Gateway.Errors;
using AspireKv.Gateway.Routes;

namespace AspireKv.Gateway.KeyValue;

/// <summary>Says in HTTP how an operation ended.</summary>
internal static class OperationAnswer
{
    private const string DefaultContentType = "application/octet-stream";

    public static Task WriteAsync(HttpContext context, DataRequest request, OperationResult result) => result switch
    {
        { Outcome: OperationOutcome.Found, Entry: { } entry } when request.Family == ApiFamily.Json =>
            JsonAnswer.WriteValueAsync(context, entry),
        { Outcome: OperationOutcome.Found, Entry: { } entry } => WriteValueAsync(context, request, entry),
        { Outcome: OperationOutcome.NotFound } => FailAsync(
            context, request.Preconditions.IfMatch.IsPresent ? ApiError.PreconditionFailed : ApiError.KeyNotFound),
        { Outcome: OperationOutcome.Applied } => WriteAppliedAsync(context, request, result),
        { Outcome: OperationOutcome.ConditionFailed } => FailAsync(context, ApiError.PreconditionFailed),
        { Outcome: OperationOutcome.NotApplied } => FailAsync(context, ApiError.FromReason(result.Reason)),
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
        // A copy may be kept but must be asked for again: a read here is always the present value.
        response.Headers.CacheControl = "no-cache";
        if (status == StatusCodes.Status304NotModified)
        {
            return Task.CompletedTask;
        }

        response.ContentType = entry.ContentType ?? DefaultContentType;
        response.ContentLength = entry.Value.Length;
        return HttpMethods.IsHead(context.Request.Method) || entry.Value.IsEmpty
            ? Task.CompletedTask
            : response.BodyWriter.WriteAsync(entry.Value, context.RequestAborted).AsTask();
    }

    private static Task WriteAppliedAsync(HttpContext context, DataRequest request, OperationResult result)
    {
        context.Response.Headers[Outcome.Header] = Outcome.Applied;
        if (request.Family == ApiFamily.Json)
        {
            return JsonAnswer.WriteAppliedAsync(context, request.Operation.Kind);
        }

        // Whether the key had a value before is not known, since a plain PUT does not look: 204 in either case.
        context.Response.StatusCode = StatusCodes.Status204NoContent;
        if (request.Operation.Kind == OperationKind.Put)
        {
            context.Response.Headers.ETag = EntityTag.Format(result.Revision);
        }

        return Task.CompletedTask;
    }

    private static Task FailAsync(HttpContext context, ApiError error, string outcome = Outcome.NotApplied) =>
        context.RequestServices.GetRequiredService<ErrorAnswer>().WriteAsync(context, error, outcome);
}
