using System.Text.Json.Serialization;

namespace AspireKv.Gateway.Administration;

/// <summary>The body that answers an order that is carried out.</summary>
/// <param name="Version">Version of the topology as it is then.</param>
/// <param name="Generation">Generation of the topology as it is then.</param>
internal sealed record OrderAnswer(long Version, long Generation);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(OrderAnswer))]
internal sealed partial class OrderJson : JsonSerializerContext;
