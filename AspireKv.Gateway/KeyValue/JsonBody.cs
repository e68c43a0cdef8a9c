using System.Text.Json;
using AspireKv.Cluster.Keys;
using AspireKv.Gateway.Errors;
using AspireKv.Gateway.Routes;
using AspireKv.Gateway.Settings;

namespace AspireKv.Gateway.KeyValue;

/// <summary>The JSON body of <c>/set-value</c>, <c>/get-value</c> and <c>/delete-value</c>.</summary>
internal static class JsonBody
{
    private const string Shape = "The body must be a JSON object with the text \"key\"";

    /// <summary>Every byte of a text may come as an escape of six; the rest is room for the names.</summary>
    public static int MaxBytes(int maxKeyBytes, int maxValueBytes) => (6 * (maxKeyBytes + maxValueBytes)) + 4096;

    /// <param name="body">The body.</param>
    /// <param name="wantsValue">Whether <c>value</c> is required; members that are not asked for are ignored.</param>
    /// <param name="limits">The lengths that are legal.</param>
    /// <param name="key">The key, in the default namespace.</param>
    /// <param name="value">The UTF-8 bytes of the value.</param>
    /// <returns>What is wrong with the body, or null.</returns>
    public static ApiError? Read(ReadOnlySpan<byte> body, bool wantsValue, GatewayOptions limits, out StoreKey key, out byte[] value)
    {
        key = default;
        value = [];
        byte[]? keyBytes = null;
        byte[]? valueBytes = null;
        var reader = new Utf8JsonReader(body);
        try
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                return Malformed(wantsValue);
            }

            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                if (reader.ValueTextEquals("key"u8))
                {
                    if (TakeText(ref reader, "key", ref keyBytes) is { } error)
                    {
                        return error;
                    }
                }
                else if (wantsValue && reader.ValueTextEquals("value"u8))
                {
                    if (TakeText(ref reader, "value", ref valueBytes) is { } error)
                    {
                        return error;
                    }
                }
                else
                {
                    reader.Skip();
                }
            }

            // Whatever follows the object makes the body invalid.
            if (reader.Read())
            {
                return Malformed(wantsValue);
            }
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // The latter is what the reader says of a name with half a surrogate pair.
            return ApiError.InvalidJson("The body is not valid JSON.");
        }

        if (keyBytes is null || (wantsValue && valueBytes is null))
        {
            return ApiError.InvalidJson($"The body lacks \"{(keyBytes is null ? "key" : "value")}\".");
        }

        if (KeyRules.FindFault(keyBytes, limits.MaxKeyBytes) is { } keyError)
        {
            return keyError;
        }

        value = valueBytes ?? [];
        if (value.Length > limits.MaxValueBytes)
        {
            return ApiError.ValueTooLarge(limits.MaxValueBytes);
        }

        key = StoreKey.Create(ApiRoutes.DefaultNamespace, keyBytes);
        return null;
    }

    private static ApiError? TakeText(ref Utf8JsonReader reader, string name, ref byte[]? text)
    {
        if (text is not null)
        {
            return ApiError.InvalidJson($"The body has \"{name}\" more than once.");
        }

        if (!reader.Read() || reader.TokenType != JsonTokenType.String)
        {
            return ApiError.InvalidJson($"\"{name}\" must be text.");
        }

        var buffer = new byte[reader.ValueSpan.Length];
        try
        {
            text = buffer.AsSpan(0, reader.CopyString(buffer)).ToArray();
            return null;
        }
        catch (InvalidOperationException)
        {
            return ApiError.InvalidJson($"\"{name}\" is not valid Unicode.");
        }
    }

    private static ApiError Malformed(bool wantsValue) =>
        ApiError.InvalidJson(wantsValue ? $"{Shape} and the text \"value\"." : $"{Shape}.");
}
