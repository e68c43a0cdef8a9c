using System.Text.Json;
using AspireKv.Cluster.Topology;
using AspireKv.Gateway.Errors;

namespace AspireKv.Gateway.Administration;

/// <summary>The body by which a node is announced: <c>{"name":"node6"}</c>.</summary>
internal static class NameBody
{
    public const int MaxBytes = 4 * 1024;

    /// <returns>What is wrong with the body, or null.</returns>
    public static ApiError? Read(ReadOnlySpan<byte> body, out string name)
    {
        string? found = null;
        var error = JsonMembers.Read(body, (ref Utf8JsonReader reader) =>
        {
            if (!reader.ValueTextEquals("name"u8))
            {
                reader.Skip();
                return null;
            }

            if (found is not null)
            {
                return ApiError.InvalidJson("The body has \"name\" more than once.");
            }

            found = JsonMembers.ReadText(ref reader);
            return Member.IsName(found)
                ? null
                : ApiError.InvalidJson(
                    "\"name\" must be text of letters, digits and, after the first one, '-' and '.', "
                    + $"at most {Member.MaxNameLength} characters.");
        });
        name = found ?? "";
        return error ?? (found is null ? ApiError.InvalidJson("The body lacks \"name\".") : null);
    }
}
