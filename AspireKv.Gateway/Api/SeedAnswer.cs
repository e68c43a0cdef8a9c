using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;
using AspireKv.Cluster.Operations;
using AspireKv.Cluster.Versioning;

namespace AspireKv.Gateway.Api;

/// <summary>The answers of the seed's routes: JSON with a <c>status</c>.</summary>
internal static class SeedAnswer
{
    private const string JsonType = "application/json; charset=utf-8";

    /// <summary>The answer is never part of a page: only what JSON itself asks for is escaped.</summary>
    public static readonly JsonWriterOptions Writing = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly byte[] ValueSet = Serialize("Success", "message"u8, "Value set");
    private static readonly byte[] ValueDeleted = Serialize("Success", "message"u8, "Value deleted");

    public static Task WriteValueAsync(HttpContext context, Entry entry) =>
        Utf8.IsValid(entry.Value.Span)
            ? WriteAsync(context, StatusCodes.Status200OK, Serialize("Success", "value"u8, entry.Value.Span))
            : context.RequestServices.GetRequiredService<ErrorAnswer>().WriteAsync(context, ApiError.NotText);

    public static Task WriteAppliedAsync(HttpContext context, OperationKind kind) =>
        WriteAsync(context, StatusCodes.Status200OK, kind == OperationKind.Put ? ValueSet : ValueDeleted);

    public static Task WriteErrorAsync(HttpContext context, int status, string text) => WriteAsync(context, status, Serialize("Error", "error"u8, text));

    private static byte[] Serialize(string status, ReadOnlySpan<byte> name, string text) => Serialize(status, name, System.Text.Encoding.UTF8.GetBytes(text));

    private static byte[] Serialize(string status, ReadOnlySpan<byte> name, ReadOnlySpan<byte> text)
    {
        var buffer = new System.Buffers.ArrayBufferWriter<byte>(64 + text.Length);
        using var json = new Utf8JsonWriter(buffer, Writing);
        json.WriteStartObject();
        json.WriteString("status"u8, status);
        json.WriteString(name, text);
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    private static Task WriteAsync(HttpContext context, int status, byte[] body)
    {
        var response = context.Response;
        response.StatusCode = status;
        response.ContentType = JsonType;
        response.ContentLength = body.Length;
        return HttpMethods.IsHead(context.Request.Method) ? Task.CompletedTask : response.BodyWriter.WriteAsync(body, context.RequestAborted).AsTask();
    }
}
