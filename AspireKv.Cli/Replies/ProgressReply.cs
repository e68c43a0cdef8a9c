using System.Text.Json.Serialization;

namespace AspireKv.Cli.Replies;

/// <summary>What is shown of <c>GET /v1/admin/plan</c> while something is pending.</summary>
/// <param name="Generation">The generation of the topology; a plan is cancelled by it.</param>
/// <param name="Remaining">What is still to be done.</param>
/// <param name="Moving">The partitions that move now.</param>
/// <param name="Removing">The members that go once nothing names them.</param>
/// <param name="Unanswered">The nodes that did not answer: of what they coordinate little is known.</param>
/// <param name="Id">The plan that was committed last; null where none was, and something else is pending.</param>
internal sealed record ProgressReply(
    long Generation,
    ProgressReply.Rest Remaining,
    IReadOnlyList<ProgressReply.Move> Moving,
    IReadOnlyList<int> Removing,
    IReadOnlyList<int> Unanswered,
    string? Id = null)
{
    /// <param name="Partitions">How many partitions are not where they should be.</param>
    /// <param name="Moving">How many of them move.</param>
    /// <param name="Waiting">How many of them wait for their turn.</param>
    internal sealed record Rest(int Partitions, int Moving, int Waiting);

    /// <param name="Partition">Its number.</param>
    /// <param name="Replicas">Who holds it.</param>
    /// <param name="NextReplicas">Who will.</param>
    /// <param name="Coordinator">The node that moves it, as far as is known.</param>
    /// <param name="Listed">How many entries were found so far, where the coordinator told of it.</param>
    /// <param name="Copied">How many of them were copied.</param>
    /// <param name="Settled">How many of them are settled.</param>
    internal sealed record Move(
        int Partition,
        IReadOnlyList<int> Replicas,
        IReadOnlyList<int> NextReplicas,
        int? Coordinator = null,
        long? Listed = null,
        long? Copied = null,
        long? Settled = null);
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(ProgressReply))]
internal sealed partial class ProgressReplyJson : JsonSerializerContext;
