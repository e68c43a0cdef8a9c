using System.Text.Json;
using System.Text.Json.Serialization;

namespace AspireKv.Cli.Replies;

/// <summary>The body of a refusal: problem+json of most routes, or what <c>/login</c> says.</summary>
/// <param name="Code">What programs go by.</param>
/// <param name="Detail">A sentence for people.</param>
/// <param name="Error">The same, from <c>/login</c>.</param>
internal sealed record ProblemReply(string? Code = null, string? Detail = null, string? Error = null)
{
    /// <summary>Empty where the body is none: whatever stands before a gateway has bodies of its own.</summary>
    public static ProblemReply Read(string body)
    {
        try
        {
            return JsonSerializer.Deserialize(body, ProblemReplyJson.Default.ProblemReply) ?? new ProblemReply();
        }
        catch (JsonException)
        {
            return new ProblemReply();
        }
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ProblemReply))]
internal sealed partial class ProblemReplyJson : JsonSerializerContext;
