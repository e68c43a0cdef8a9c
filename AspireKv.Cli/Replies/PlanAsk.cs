using System.Text.Json.Serialization;

namespace AspireKv.Cli.Replies;

/// <summary>The body that <c>POST /v1/admin/plans</c> takes.</summary>
/// <param name="Wishes">What the operator wants, in order.</param>
internal sealed record PlanAsk(IReadOnlyList<PlanAsk.Wish> Wishes)
{
    /// <param name="Op">The verb.</param>
    /// <param name="Node">The node that it is about.</param>
    /// <param name="By">The node that takes its place.</param>
    /// <param name="Factor">On how many nodes each partition is to live.</param>
    /// <param name="Nodes">The nodes that are to hold the system partition.</param>
    internal sealed record Wish(string Op, int? Node = null, int? By = null, int? Factor = null, IReadOnlyList<int>? Nodes = null);
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(PlanAsk))]
internal sealed partial class PlanAskJson : JsonSerializerContext;
