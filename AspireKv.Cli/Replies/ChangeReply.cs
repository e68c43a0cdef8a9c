using System.Text.Json.Serialization;

namespace AspireKv.Cli.Replies;

/// <summary>What an order is answered with: the topology after it.</summary>
/// <param name="Version">One more with each change.</param>
/// <param name="Generation">One more with each decision of an operator.</param>
internal sealed record ChangeReply(long Version, long Generation)
{
    /// <summary>As the header <c>AspireKv-Topology</c> has it.</summary>
    public override string ToString() => $"{Version}.{Generation}";
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(ChangeReply))]
internal sealed partial class ChangeReplyJson : JsonSerializerContext;
