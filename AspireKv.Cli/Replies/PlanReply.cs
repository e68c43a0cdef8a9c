using System.Text.Json.Serialization;

namespace AspireKv.Cli.Replies;

/// <summary>What is shown of the answer to <c>POST /v1/admin/plans</c>: what the wishes come to.</summary>
/// <param name="Id">What the plan is committed by.</param>
/// <param name="Generation">The generation of the topology that it was made for.</param>
/// <param name="ReplicationFactor">On how many nodes each partition would live.</param>
/// <param name="Members">The members, as they would be.</param>
/// <param name="Moves">The partitions that would move.</param>
/// <param name="Totals">What that comes to.</param>
/// <param name="Warnings">What the operator should think of first.</param>
internal sealed record PlanReply(
    string Id,
    long Generation,
    int ReplicationFactor,
    IReadOnlyList<PlanReply.Member> Members,
    IReadOnlyList<PlanReply.Move> Moves,
    PlanReply.Sum Totals,
    IReadOnlyList<string> Warnings)
{
    internal sealed record Member(int Id, string State, int Holds, int Leads, int WillHold, int WillLead);

    internal sealed record Move(int Partition, IReadOnlyList<int> From, IReadOnlyList<int> To, long Entries, long Bytes);

    /// <param name="Partitions">How many partitions move.</param>
    /// <param name="Copies">How many replicas are filled.</param>
    /// <param name="Entries">About how many entries are copied.</param>
    /// <param name="Bytes">About how many bytes are copied.</param>
    internal sealed record Sum(int Partitions, int Copies, long Entries, long Bytes);
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(PlanReply))]
internal sealed partial class PlanReplyJson : JsonSerializerContext;
