using System.Text.Json;
using System.Text.Json.Serialization;

namespace AspireKv.Cli.Replies;

/// <summary>What is read of a plan that was kept in a file: by what it is committed, and that it has wishes at all.</summary>
internal sealed record KeptPlan(string Id, IReadOnlyList<JsonElement> Wishes);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(KeptPlan))]
internal sealed partial class KeptPlanJson : JsonSerializerContext;
