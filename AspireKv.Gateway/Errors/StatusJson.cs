using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace AspireKv.Gateway.Errors;

/// <summary>The form of every answer of the JSON routes: an object with a <c>status</c> and one more text.</summary>
internal static class StatusJson
{
    private const string JsonType = "application/json; charset=utf-8";

    /// <summary>The answer is never part of a page: only what JSON itself asks for is escaped.</summary>
    public static readonly JsonWriterOptions Writing = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static Task WriteErrorAsync(HttpContext context, int status, string text) =>
        WriteAsync(context, status, Serialize("Error", "error"u8, Encoding.UTF8.GetBytes(text)));

    /// <param name="name">The name of the second member.</param>
    /// <param name="text">Its value, as UTF-8.</param>
    public static byte[] SerializeSuccess(ReadOnlySpan<byte> name, ReadOnlySpan<byte> text) => Serialize("Success", name, text);

    public static Task WriteAsync(HttpContext context, int status, byte[] body)
    {
        var response = context.Response;
        response.StatusCode = status;
        response.ContentType = JsonType;
        response.ContentLength = body.Length;
        return HttpMethods.IsHead(context.Request.Method)
            ? Task.CompletedTask
            : response.BodyWriter.WriteAsync(body, context.RequestAborted).AsTask();
    }

    private static byte[] Serialize(string status, ReadOnlySpan<byte> name, ReadOnlySpan<byte> text)
    {
        var buffer = new ArrayBufferWriter<byte>(64 + text.Length);
        using var json = new Utf8JsonWriter(buffer, Writing);
        json.WriteStartObject();
        json.WriteString("status"u8, status);
        json.WriteString(name, text);
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenSpan.ToArray();
    }
}
