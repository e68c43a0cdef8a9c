using System.Text.Json.Serialization;

namespace AspireKv.Gateway.Administration;

/// <summary>The body of <c>GET /v1/admin/plan</c>.</summary>
/// <param name="Id">The id of the plan that was committed last, or null where it was cancelled since.</param>
/// <param name="Generation">What a cancellation has to name.</param>
/// <param name="Remaining">How much is left.</param>
/// <param name="Moving">The partitions that move now, by number.</param>
/// <param name="Waiting">The partitions whose turn comes later, by number.</param>
/// <param name="Removing">The members that leave once nothing names them.</param>
/// <param name="Unanswered">The nodes that did not answer: how far their moves are is not known.</param>
internal sealed record ProgressAnswer(
    string? Id,
    long Generation,
    ProgressAnswer.Rest Remaining,
    IReadOnlyList<ProgressAnswer.Move> Moving,
    IReadOnlyList<ProgressAnswer.Wait> Waiting,
    IReadOnlyList<int> Removing,
    IReadOnlyList<int> Unanswered)
{
    /// <param name="Partitions">Partitions that are not where they are to be.</param>
    /// <param name="Moving">Those of them that move now.</param>
    /// <param name="Waiting">Those of them whose turn comes later.</param>
    internal sealed record Rest(int Partitions, int Moving, int Waiting);

    /// <param name="Partition">Its number.</param>
    /// <param name="Replicas">The nodes that hold it.</param>
    /// <param name="NextReplicas">The nodes that hold it once this move is done.</param>
    /// <param name="Target">The nodes that are to hold it in the end.</param>
    /// <param name="Coordinator">The node that carries the move out, as far as is known, or null.</param>
    /// <param name="Listed">Keys looked at in the present pass, or the last one; 0 where no node told.</param>
    /// <param name="Copied">Entries brought to replicas that lacked them.</param>
    /// <param name="Settled">Entries committed anew, since no majority showed them.</param>
    /// <param name="Swept">Whether a pass came to its end, so that the move may end.</param>
    internal sealed record Move(
        int Partition,
        IReadOnlyList<int> Replicas,
        IReadOnlyList<int> NextReplicas,
        IReadOnlyList<int> Target,
        int? Coordinator,
        long Listed,
        long Copied,
        long Settled,
        bool Swept);

    /// <param name="Partition">Its number.</param>
    /// <param name="Replicas">The nodes that hold it.</param>
    /// <param name="Target">The nodes that are to hold it in the end.</param>
    internal sealed record Wait(int Partition, IReadOnlyList<int> Replicas, IReadOnlyList<int> Target);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ProgressAnswer))]
internal sealed partial class ProgressJson : JsonSerializerContext;
