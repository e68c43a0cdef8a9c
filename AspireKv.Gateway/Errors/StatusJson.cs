using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using AspireKv.Gateway.Routes;

namespace AspireKv.Gateway.Errors;

/// <summary>The form of every answer of the JSON routes: an object with a <c>status</c> and one or two more texts.</summary>
internal static class StatusJson
{
    private const string JsonType = "application/json; charset=utf-8";

    /// <summary>The answer is never part of a page: only what JSON itself asks for is escaped.</summary>
    public static readonly JsonWriterOptions Writing = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static Task WriteErrorAsync(HttpContext context, ApiError error) =>
        WriteAsync(context, error.Status, Serialize("Error", "error"u8, Encoding.UTF8.GetBytes(error.Detail), "code"u8, error.Code));

    /// <param name="name">The name of the second member.</param>
    /// <param name="text">Its value, as UTF-8.</param>
    /// <param name="revision">The revision that the answer names, or null when it names none.</param>
    public static byte[] SerializeSuccess(ReadOnlySpan<byte> name, ReadOnlySpan<byte> text, string? revision = null) =>
        Serialize("Success", name, text, "revision"u8, revision);

    public static Task WriteAsync(HttpContext context, int status, byte[] body)
    {
        var response = context.Response;
        response.StatusCode = status;
        response.ContentType = JsonType;
        response.ContentLength = body.Length;
        return ApiRoutes.IsHead(context.Request)
            ? Task.CompletedTask
            : response.BodyWriter.WriteAsync(body, context.RequestAborted).AsTask();
    }

    private static byte[] Serialize(
        string status, ReadOnlySpan<byte> name, ReadOnlySpan<byte> text, ReadOnlySpan<byte> lastName, string? last)
    {
        var buffer = new ArrayBufferWriter<byte>(64 + text.Length);
        using var json = new Utf8JsonWriter(buffer, Writing);
        json.WriteStartObject();
        json.WriteString("status"u8, status);
        json.WriteString(name, text);
        if (last is not null)
        {
            json.WriteString(lastName, last);
        }

        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenSpan.ToArray();
    }
}
