using System.Text.Json.Serialization;

namespace AspireKv.Gateway.Administration;

/// <summary>The body that answers <c>POST /v1/admin/plans</c>, and that commits the plan when it comes back.</summary>
/// <param name="Id">What the plan is committed by.</param>
/// <param name="Generation">The generation of the topology that was planned on.</param>
/// <param name="Wishes">As they were asked.</param>
/// <param name="ReplicationFactor">On how many nodes a partition is to live then.</param>
/// <param name="Members">What each member holds before and after.</param>
/// <param name="Moves">The partitions that are not as they are to be, by number; the system partition last.</param>
/// <param name="Totals">All moves together.</param>
/// <param name="Warnings">What the operator should know first, one sentence each.</param>
internal sealed record PlanAnswer(
    string Id,
    long Generation,
    IReadOnlyList<PlanAnswer.Wish> Wishes,
    int ReplicationFactor,
    IReadOnlyList<PlanAnswer.Share> Members,
    IReadOnlyList<PlanAnswer.Move> Moves,
    PlanAnswer.Total Totals,
    IReadOnlyList<string> Warnings)
{
    /// <summary>In the form in which it was asked: it has only the members that its op asks for.</summary>
    internal sealed record Wish(string Op)
    {
        [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        public int? Node { get; init; }

        [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        public int? By { get; init; }

        [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        public int? Factor { get; init; }

        [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        public IReadOnlyList<int>? Nodes { get; init; }
    }

    /// <param name="Id">The number of the member.</param>
    /// <param name="State">Its state once the plan is committed; null where this gateway has not heard of the member yet.</param>
    /// <param name="Holds">Partitions of keys that it holds.</param>
    /// <param name="Leads">Partitions of keys that it is the preferred coordinator of.</param>
    /// <param name="WillHold">The same in the end.</param>
    /// <param name="WillLead">The same in the end.</param>
    internal sealed record Share(int Id, string? State, int Holds, int Leads, int WillHold, int WillLead);

    /// <param name="Partition">Its number.</param>
    /// <param name="From">Who holds it, the preferred coordinator first.</param>
    /// <param name="To">Who is to hold it.</param>
    /// <param name="Entries">Entries that are copied, all new replicas together.</param>
    /// <param name="Bytes">Bytes of those entries.</param>
    internal sealed record Move(int Partition, IReadOnlyList<int> From, IReadOnlyList<int> To, long Entries, long Bytes);

    /// <param name="Partitions">Partitions that move or change their order.</param>
    /// <param name="Copies">Replicas that are made anew.</param>
    /// <param name="Entries">Entries that are copied.</param>
    /// <param name="Bytes">Bytes of those entries.</param>
    internal sealed record Total(int Partitions, int Copies, long Entries, long Bytes);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(PlanAnswer))]
internal sealed partial class PlanJson : JsonSerializerContext;
