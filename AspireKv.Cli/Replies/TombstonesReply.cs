using System.Text.Json.Serialization;

namespace AspireKv.Cli.Replies;

/// <summary>The body of <c>GET /v1/admin/tombstones</c>.</summary>
/// <param name="Tombstones">How many there are in the partitions that were counted.</param>
/// <param name="Held">How many of them cannot go.</param>
/// <param name="HeldBy">Who holds them back.</param>
/// <param name="Unanswered">The nodes that did not answer.</param>
/// <param name="UncountedPartitions">How many partitions nobody counted; null before the gateway knows the cluster.</param>
internal sealed record TombstonesReply(
    long Tombstones,
    long Held,
    IReadOnlyList<TombstonesReply.Hold> HeldBy,
    IReadOnlyList<TombstonesReply.Node> Unanswered,
    int? UncountedPartitions = null)
{
    /// <param name="Id">The number of the node.</param>
    /// <param name="Name">Its name.</param>
    /// <param name="Reason">Why they cannot go.</param>
    /// <param name="Partitions">In how many partitions.</param>
    /// <param name="Tombstones">How many.</param>
    /// <param name="Since">Since when, in UTC.</param>
    internal sealed record Hold(int Id, string Name, string Reason, int Partitions, long Tombstones, DateTimeOffset Since);

    internal sealed record Node(int Id, string Name);
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(TombstonesReply))]
internal sealed partial class TombstonesReplyJson : JsonSerializerContext;
