using AspireKv.Cluster.Operations;
using AspireKv.Cluster.Versioning;
using AspireKv.Gateway.Errors;

namespace AspireKv.Gateway.KeyValue;

/// <summary>
/// If-Match and If-None-Match of one request. For a change they become the condition that the coordinator checks in the key's turn; for a
/// read the gateway compares them with the value it is about to answer.
/// </summary>
internal readonly record struct Preconditions(EntityTagList IfMatch, EntityTagList IfNoneMatch)
{
    /// <summary>How many tags an operation carries at most.</summary>
    private const int MaxTags = 16;

    /// <returns>What is wrong with the headers, or null.</returns>
    public static ApiError? Read(IHeaderDictionary headers, out Preconditions preconditions)
    {
        preconditions = default;
        var error = EntityTagList.Read(headers.IfMatch, MaxTags, out var ifMatch);
        var ifNoneMatch = default(EntityTagList);
        error ??= EntityTagList.Read(headers.IfNoneMatch, MaxTags, out ifNoneMatch);
        if (error is not null)
        {
            return error;
        }

        preconditions = new Preconditions(ifMatch, ifNoneMatch);
        return null;
    }

    /// <summary>The condition of a change.</summary>
    /// <returns>
    /// Why it cannot be carried out, or null: <see cref="ApiError.PreconditionFailed"/> when no tag of If-Match can match whatever is
    /// stored.
    /// </returns>
    public ApiError? ToCondition(out ConditionKind kind, out IReadOnlyList<Stamp> revisions)
    {
        kind = ConditionKind.None;
        revisions = [];
        if (IfMatch.IsPresent && IfNoneMatch.IsPresent)
        {
            return ApiError.UnsupportedPrecondition;
        }

        if (IfMatch.IsPresent)
        {
            kind = IfMatch.IsAny ? ConditionKind.Exists : ConditionKind.RevisionIsOneOf;
            revisions = IfMatch.Strong;
            return kind == ConditionKind.RevisionIsOneOf && revisions.Count == 0 ? ApiError.PreconditionFailed : null;
        }

        if (IfNoneMatch.IsPresent && (IfNoneMatch.IsAny || IfNoneMatch.All.Count > 0))
        {
            kind = IfNoneMatch.IsAny ? ConditionKind.DoesNotExist : ConditionKind.RevisionIsNoneOf;
            revisions = IfNoneMatch.All;
        }

        return null;
    }

    /// <summary>The status of a read that found this revision: 200, 304 or 412 (RFC 9110, 13.2.2).</summary>
    public int StatusOfFound(Stamp revision)
    {
        if (IfMatch.IsPresent && !IfMatch.IsAny && !IfMatch.Strong.Contains(revision))
        {
            return StatusCodes.Status412PreconditionFailed;
        }

        return IfNoneMatch.IsPresent && (IfNoneMatch.IsAny || IfNoneMatch.All.Contains(revision))
            ? StatusCodes.Status304NotModified
            : StatusCodes.Status200OK;
    }
}
