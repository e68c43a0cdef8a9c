using System.Text.Json.Serialization;

namespace AspireKv.Cli.Replies;

/// <summary>The body of <c>GET /v1/admin/members</c>.</summary>
internal sealed record MembersReply(IReadOnlyList<MembersReply.Member> Members)
{
    /// <param name="Id">Its number.</param>
    /// <param name="Name">Its name.</param>
    /// <param name="State"><c>idle</c>, <c>active</c>, <c>draining</c> or <c>removing</c>.</param>
    /// <param name="Holds">How many partitions name it.</param>
    /// <param name="Leads">How many it coordinates, as far as is known.</param>
    /// <param name="Learners">In how many it lost its memory and is being rebuilt.</param>
    /// <param name="Liveness"><c>alive</c>, <c>suspect</c> or <c>dead</c>; null for a number that was announced and never started.</param>
    /// <param name="Address">Where it is reached, or null where that is not known.</param>
    internal sealed record Member(
        int Id, string Name, string State, int Holds, int Leads, int Learners, string? Liveness = null, string? Address = null);
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(MembersReply))]
internal sealed partial class MembersReplyJson : JsonSerializerContext;
