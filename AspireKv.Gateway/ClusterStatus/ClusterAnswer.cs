using System.Text.Json.Serialization;

namespace AspireKv.Gateway.ClusterStatus;

/// <summary>The body of <c>GET /v1/cluster</c>.</summary>
/// <param name="ClusterId">The id given at founding, or null before the gateway knows the cluster.</param>
/// <param name="ReplicationFactor">On how many nodes each partition lives, or null as before.</param>
/// <param name="MaxValueBytes">Bytes of the longest value, or null as before.</param>
/// <param name="Members">Every member.</param>
/// <param name="Partitions">Every partition, in order; none before the gateway knows the cluster.</param>
internal sealed record ClusterAnswer(
    Guid? ClusterId,
    int? ReplicationFactor,
    int? MaxValueBytes,
    IReadOnlyList<ClusterAnswer.Member> Members,
    IReadOnlyList<ClusterAnswer.Partition> Partitions)
{
    /// <param name="Id">Its number.</param>
    /// <param name="Name">Its name.</param>
    /// <param name="Liveness"><c>alive</c>, <c>suspect</c> or <c>dead</c>, as this gateway sees it.</param>
    /// <param name="Incarnation">The random number of its data directory at founding, in hexadecimal.</param>
    /// <param name="Peers">By node id, how the member itself sees the others.</param>
    internal sealed record Member(int Id, string Name, string Liveness, string? Incarnation, IReadOnlyDictionary<string, string> Peers);

    /// <param name="Id">The number of the partition, from 0.</param>
    /// <param name="Replicas">The nodes that hold it, the preferred coordinator first.</param>
    /// <param name="Learners">Those of them that lost what they held and are not rebuilt yet: they count in no quorum.</param>
    /// <param name="Epoch">The number of its config.</param>
    /// <param name="Coordinator">The node that coordinates it as far as is known, or null.</param>
    /// <param name="Ballot">The highest ballot that a replica told of, as <c>round.node</c>.</param>
    /// <param name="HasQuorum">Whether a majority of its replicas answers this gateway and has its memory.</param>
    internal sealed record Partition(
        int Id, IReadOnlyList<int> Replicas, IReadOnlyList<int> Learners, long? Epoch, int? Coordinator, string? Ballot, bool HasQuorum);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ClusterAnswer))]
internal sealed partial class ClusterJson : JsonSerializerContext;
