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

    public static Task WriteValueAsync(HttpContext context, Entry entry) =>
        Utf8.IsValid(entry.Value.Span)
            ? StatusJson.WriteAsync(context, StatusCodes.Status200OK, StatusJson.SerializeSuccess("value"u8, entry.Value.Span))
            : context.RequestServices.GetRequiredService<ErrorAnswer>().WriteAsync(context, ApiError.NotText);

    public static Task WriteAppliedAsync(HttpContext context, OperationKind kind) =>
        StatusJson.WriteAsync(context, StatusCodes.Status200OK, kind == OperationKind.Put ? ValueSet : ValueDeleted);
}
