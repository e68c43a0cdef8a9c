using System.Text.Json.Serialization;

namespace AspireKv.Gateway.Administration;

/// <summary>The body of <c>GET /v1/admin/members</c>.</summary>
/// <param name="Members">By number.</param>
internal sealed record MembersAnswer(IReadOnlyList<MembersAnswer.Member> Members)
{
    /// <param name="Id">Its number.</param>
    /// <param name="Name">Its name.</param>
    /// <param name="Address">Where it said that it is to be dialled, or null where service discovery alone knows.</param>
    /// <param name="Incarnation">The life that counts; null before the first one.</param>
    /// <param name="Registered">The version that first named this life; 0 before the first one.</param>
    /// <param name="State">As <see cref="StateName"/> says.</param>
    /// <param name="Liveness"><c>alive</c>, <c>suspect</c> or <c>dead</c>, as this gateway sees it; null before its first life.</param>
    /// <param name="Holds">The partitions of keys that it holds or will hold.</param>
    /// <param name="Leads">Those that it coordinates as far as is known.</param>
    /// <param name="Learners">Those of which it lost what it held and is not rebuilt.</param>
    /// <param name="Peers">By number of the node, how the member itself sees the others.</param>
    internal sealed record Member(
        int Id,
        string Name,
        string? Address,
        string? Incarnation,
        long Registered,
        string State,
        string? Liveness,
        int Holds,
        int Leads,
        int Learners,
        IReadOnlyDictionary<string, string> Peers);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(MembersAnswer))]
internal sealed partial class MembersJson : JsonSerializerContext;
