using System.Text.Json;
using AspireKv.Cluster.Topology;
using AspireKv.Gateway.Errors;

namespace AspireKv.Gateway.Administration;

/// <summary>Takes the value of a member at whose name the reader stands, and leaves the reader at the end of the value.</summary>
/// <returns>What is wrong with the value, or null.</returns>
internal delegate ApiError? MemberTaker(ref Utf8JsonReader reader);

/// <summary>Reads JSON that clients send piece by piece: however long a body is, only what is asked for is kept of it.</summary>
internal static class JsonMembers
{
    /// <param name="body">The body, which must be one object.</param>
    /// <param name="take">Called at each member's name.</param>
    /// <returns>What is wrong with the body, or null.</returns>
    public static ApiError? Read(ReadOnlySpan<byte> body, MemberTaker take)
    {
        var reader = new Utf8JsonReader(body);
        try
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                return ApiError.InvalidJson("The body must be a JSON object.");
            }

            if (ReadObject(ref reader, take) is { } error)
            {
                return error;
            }

            return reader.Read() ? ApiError.InvalidJson("The body must be one JSON object and nothing else.") : null;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // The latter is what the reader says of a text or a name with half a surrogate pair.
            return ApiError.InvalidJson("The body is not valid JSON.");
        }
    }

    /// <summary>As <see cref="Read"/>, of an object at whose start the reader stands.</summary>
    public static ApiError? ReadObject(ref Utf8JsonReader reader, MemberTaker take)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (take(ref reader) is { } error)
            {
                return error;
            }
        }

        return null;
    }

    /// <summary>Reads the next value as a text; null where it is none.</summary>
    public static string? ReadText(ref Utf8JsonReader reader) =>
        reader.Read() && reader.TokenType == JsonTokenType.String ? reader.GetString() : null;

    /// <summary>Reads the next value as a whole number; null where it is none of 32 bits.</summary>
    public static int? ReadNumber(ref Utf8JsonReader reader) => reader.Read() ? CurrentNumber(ref reader) : null;

    /// <summary>Reads the next value as the number of a node; null where it is none.</summary>
    public static NodeId? ReadNode(ref Utf8JsonReader reader) => reader.Read() ? CurrentNode(ref reader) : null;

    /// <summary>The number of a node at which the reader stands; null where it is none.</summary>
    public static NodeId? CurrentNode(ref Utf8JsonReader reader) =>
        CurrentNumber(ref reader) is >= 1 and <= NodeId.MaxValue and var number ? new NodeId(number) : null;

    private static int? CurrentNumber(ref Utf8JsonReader reader) =>
        reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out var number) ? number : null;
}
