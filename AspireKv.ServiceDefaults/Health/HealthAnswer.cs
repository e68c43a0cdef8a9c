using System.Text.Json.Serialization;

namespace AspireKv.ServiceDefaults.Health;

/// <summary>The body of <c>/alive</c>, <c>/health</c> and <c>/health/all</c>; statuses are Healthy, Degraded and Unhealthy.</summary>
/// <param name="Status">The worst of the checks.</param>
/// <param name="Checks">The details; null where they are not told.</param>
internal sealed record HealthAnswer(string Status, IReadOnlyList<HealthAnswer.Check>? Checks = null)
{
    internal sealed record Check(string Name, string Status, string? Reason);
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(HealthAnswer))]
internal sealed partial class HealthJson : JsonSerializerContext;
