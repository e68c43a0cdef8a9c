using System.Text.Unicode;
using AspireKv.Cluster.Operations;
using AspireKv.Cluster.Versioning;
using AspireKv.Gateway.Errors;

namespace AspireKv.Gateway.KeyValue;

/// <summary>The answers of the JSON routes to operations that went well.</summary>
internal static class JsonAnswer
{
    private static readonly byte[] ValueSet = StatusJson.SerializeSuccess("message"u8, "Value set"u8);
    private static readonly byte[] ValueDeleted = StatusJson.SerializeSuccess("message"u8, "Value deleted"u8);

    public static Task WriteValueAsync(HttpContext context, DataRequest request, Entry entry) =>
        Utf8.IsValid(entry.Value.Span)
            ? WriteAsync(context, StatusJson.SerializeSuccess("value"u8, entry.Value.Span, RevisionOf(request, entry.Revision)))
            : context.RequestServices.GetRequiredService<ErrorAnswer>().WriteAsync(context, ApiError.NotText);

    public static Task WriteAppliedAsync(HttpContext context, DataRequest request, Stamp revision) => WriteAsync(
        context,
        request.Operation.Kind == OperationKind.Delete ? ValueDeleted
        : RevisionOf(request, revision) is { } named ? StatusJson.SerializeSuccess("message"u8, "Value set"u8, named)
        : ValueSet);

    private static string? RevisionOf(DataRequest request, Stamp revision) =>
        request.NamesRevision ? EntityTag.Format(revision)[1..^1] : null;

    private static Task WriteAsync(HttpContext context, byte[] body)
    {
        AnswerPace.Demand(context, body.Length);
        return StatusJson.WriteAsync(context, StatusCodes.Status200OK, body);
    }
}
