using System.Text.Json.Serialization;

namespace AspireKv.Gateway.ClusterStatus;

/// <summary>The body of <c>GET /v1/admin/tombstones</c>.</summary>
/// <param name="Tombstones">How many there are in the partitions that were counted.</param>
/// <param name="Held">How many of them cannot go; each counted once.</param>
/// <param name="HeldBy">Who holds them back: one item for each node and reason, by node.</param>
/// <param name="Unanswered">The nodes that did not answer: what they coordinate is not counted.</param>
/// <param name="UncountedPartitions">
/// How many partitions nobody counted, since no node that answered coordinates them; null before the gateway knows the cluster.
/// </param>
internal sealed record TombstonesAnswer(
    long Tombstones,
    long Held,
    IReadOnlyList<TombstonesAnswer.Hold> HeldBy,
    IReadOnlyList<TombstonesAnswer.Node> Unanswered,
    int? UncountedPartitions)
{
    /// <param name="Id">The number of the node that holds them back.</param>
    /// <param name="Name">Its name; its number where this gateway does not know the node.</param>
    /// <param name="Reason">
    /// <c>dead</c>: it does not answer the coordinator; <c>cut-off</c>: the same, and it answers others; <c>learner</c>: it waits to be
    /// rebuilt; <c>moving</c>: it is to hold the partition, which moves there.
    /// </param>
    /// <param name="Partitions">In how many partitions.</param>
    /// <param name="Tombstones">How many; where two nodes hold back the same ones, each counts them.</param>
    /// <param name="Since">Since when the reason has stood without a break, in UTC.</param>
    /// <param name="Oldest">Since when, at the earliest, the first of these tombstones has been held back, in UTC.</param>
    internal sealed record Hold(
        int Id, string Name, string Reason, int Partitions, long Tombstones, DateTime Since, DateTime Oldest);

    /// <param name="Id">Its number.</param>
    /// <param name="Name">Its name.</param>
    internal sealed record Node(int Id, string Name);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(TombstonesAnswer))]
internal sealed partial class TombstonesJson : JsonSerializerContext;
