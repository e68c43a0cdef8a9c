using System.Text;
using System.Text.Json;
using AspireKv.Cluster.Keys;
using AspireKv.Cluster.Operations;
using AspireKv.Cluster.Versioning;
using AspireKv.Gateway.Errors;
using AspireKv.Gateway.Routes;

namespace AspireKv.Gateway.KeyValue;

/// <summary>The JSON body of <c>/set-value</c>, <c>/get-value</c> and <c>/delete-value</c>.</summary>
internal static class JsonBody
{
    private const string Key = "key";
    private const string Value = "value";
    private const string Namespace = "namespace";
    private const string Revision = "revision";
    private const string Shape = "The body must be a JSON object with the text \"key\"";

    /// <summary>Every byte of a text may come as an escape of six; the rest is room for the names and the short members.</summary>
    public static int MaxBytes(int maxKeyBytes, int maxValueBytes) => (6 * (maxKeyBytes + maxValueBytes)) + 4096;

    /// <param name="body">The body.</param>
    /// <param name="kind">What the route does; members that it does not ask for are ignored.</param>
    /// <param name="maxKeyBytes">Bytes of the longest key.</param>
    /// <param name="maxValueBytes">Bytes of the longest value.</param>
    /// <param name="request">What the body asks for.</param>
    /// <returns>What is wrong with the body, or null.</returns>
    public static ApiError? Read(
        ReadOnlySpan<byte> body, OperationKind kind, int maxKeyBytes, int maxValueBytes, out JsonRequest request)
    {
        request = default;
        if (ReadMembers(body, kind, out var members) is { } malformed)
        {
            return malformed;
        }

        if (KeyRules.FindFault(members.Key, maxKeyBytes) is { } keyError)
        {
            return keyError;
        }

        var space = members.Namespace is null ? ApiRoutes.DefaultNamespace : Encoding.UTF8.GetString(members.Namespace);
        if (!StoreKey.IsNamespace(space))
        {
            return ApiError.InvalidNamespace;
        }

        if (members.Value?.Length > maxValueBytes)
        {
            return ApiError.ValueTooLarge(maxValueBytes);
        }

        var condition = ConditionKind.None;
        Stamp[] revisions = [];
        if (members.HasRevision && members.Revision is null)
        {
            condition = ConditionKind.DoesNotExist;
        }
        else if (members.Revision is { } text)
        {
            // As with If-Match: what this store never gave out equals no revision, whatever is stored.
            if (!EntityTag.TryParse(Encoding.UTF8.GetString(text), out var revision))
            {
                return ApiError.PreconditionFailed;
            }

            condition = ConditionKind.RevisionIsOneOf;
            revisions = [revision];
        }

        request = new JsonRequest(
            StoreKey.Create(space, members.Key),
            members.Value ?? [],
            condition,
            revisions,
            NamesRevision: members.Namespace is not null || members.HasRevision);
        return null;
    }

    private static ApiError? ReadMembers(ReadOnlySpan<byte> body, OperationKind kind, out Members members)
    {
        members = default;
        var wantsValue = kind == OperationKind.Put;
        var reader = new Utf8JsonReader(body);
        try
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                return Malformed(wantsValue);
            }

            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                if (TakeMember(ref reader, kind, ref members) is { } error)
                {
                    return error;
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

        return members.Key is null ? Lacks(Key)
            : wantsValue && members.Value is null ? Lacks(Value)
            : null;
    }

    private static ApiError? TakeMember(ref Utf8JsonReader reader, OperationKind kind, ref Members members)
    {
        if (reader.ValueTextEquals(Key))
        {
            return TakeText(ref reader, Key, ref members.Key);
        }

        if (reader.ValueTextEquals(Namespace))
        {
            return TakeText(ref reader, Namespace, ref members.Namespace);
        }

        if (kind == OperationKind.Put && reader.ValueTextEquals(Value))
        {
            return TakeText(ref reader, Value, ref members.Value);
        }

        if (kind != OperationKind.Get && reader.ValueTextEquals(Revision))
        {
            return TakeRevision(ref reader, ref members);
        }

        reader.Skip();
        return null;
    }

    private static ApiError? TakeRevision(ref Utf8JsonReader reader, ref Members members)
    {
        if (members.HasRevision)
        {
            return TwiceThere(Revision);
        }

        members.HasRevision = true;
        var ahead = reader;
        if (ahead.Read() && ahead.TokenType == JsonTokenType.Null)
        {
            reader = ahead;
            return null;
        }

        return TakeText(ref reader, Revision, ref members.Revision);
    }

    private static ApiError? TakeText(ref Utf8JsonReader reader, string name, ref byte[]? text)
    {
        if (text is not null)
        {
            return TwiceThere(name);
        }

        if (!reader.Read() || reader.TokenType != JsonTokenType.String)
        {
            return ApiError.InvalidJson($"\"{name}\" must be text.");
        }

        // Unescaped it is never longer.
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

    private static ApiError Lacks(string name) => ApiError.InvalidJson($"The body lacks \"{name}\".");

    private static ApiError TwiceThere(string name) => ApiError.InvalidJson($"The body has \"{name}\" more than once.");

    /// <summary>The members that were found, as UTF-8.</summary>
    private struct Members
    {
        public byte[]? Key;
        public byte[]? Value;
        public byte[]? Namespace;
        public byte[]? Revision;

        /// <summary>A revision may be null: there must be no value.</summary>
        public bool HasRevision;
    }
}
