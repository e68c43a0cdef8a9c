using System.Text.Json;
using AspireKv.Cluster.Membership;
using AspireKv.Gateway.Errors;

namespace AspireKv.Gateway.Administration;

/// <summary>
/// The body by which a plan is asked for or committed: <c>{"wishes":[...]}</c>. Of a plan that comes back as it was answered only the
/// wishes are read.
/// </summary>
internal static class WishesBody
{
    /// <summary>
    /// A plan that moves all of 4,096 partitions with 7 replicas each, in a cluster of 1,024 members, is 1 MiB; written with one number on
    /// each line, as tools show JSON, it is three times as long.
    /// </summary>
    public const int MaxBytes = 4 * 1024 * 1024;

    /// <returns>What is wrong with the body, or null.</returns>
    public static ApiError? Read(ReadOnlySpan<byte> body, out IReadOnlyList<PlanWish> wishes)
    {
        List<PlanWish>? found = null;
        var error = JsonMembers.Read(body, (ref Utf8JsonReader reader) =>
        {
            if (!reader.ValueTextEquals("wishes"u8))
            {
                reader.Skip();
                return null;
            }

            if (found is not null)
            {
                return ApiError.InvalidJson("The body has \"wishes\" more than once.");
            }

            found = [];
            return ReadList(ref reader, found);
        });
        wishes = found ?? [];
        return error ?? (found is null ? ApiError.InvalidJson("The body lacks \"wishes\".") : null);
    }

    private static ApiError? ReadList(ref Utf8JsonReader reader, List<PlanWish> wishes)
    {
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartArray)
        {
            return NoList();
        }

        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (wishes.Count == TopologyPlan.MaxWishes)
            {
                return NoList();
            }

            if (WishDraft.Read(ref reader, wishes.Count + 1, out var wish) is { } error)
            {
                return error;
            }

            wishes.Add(wish!);
        }

        return wishes.Count == 0 ? NoList() : null;
    }

    private static ApiError NoList() => ApiError.InvalidJson($"\"wishes\" must be a list of 1 to {TopologyPlan.MaxWishes} wishes.");
}
