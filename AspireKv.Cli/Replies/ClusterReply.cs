using System.Text.Json.Serialization;

namespace AspireKv.Cli.Replies;

/// <summary>What is shown of <c>GET /v1/cluster</c>.</summary>
/// <param name="Partitions">Every partition; none before the gateway knows the cluster.</param>
/// <param name="ClusterId">The id given at founding, or null before the gateway knows the cluster.</param>
/// <param name="ReplicationFactor">On how many nodes each partition lives, or null as before.</param>
internal sealed record ClusterReply(
    IReadOnlyList<ClusterReply.Partition> Partitions, Guid? ClusterId = null, int? ReplicationFactor = null)
{
    /// <param name="Id">Its number.</param>
    /// <param name="HasQuorum">Whether a majority of its replicas answers the gateway and has its memory.</param>
    internal sealed record Partition(int Id, bool HasQuorum);
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(ClusterReply))]
internal sealed partial class ClusterReplyJson : JsonSerializerContext;
