using System.Text.Json.Serialization;

namespace AspireKv.Cli.Replies;

/// <summary>The body that <c>PUT /v1/admin/members/{n}</c> takes.</summary>
/// <param name="Name">The name of the node.</param>
internal sealed record AnnounceBody(string Name);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(AnnounceBody))]
internal sealed partial class AnnounceBodyJson : JsonSerializerContext;
