using AspireKv.Cluster.Versioning;
using AspireKv.Gateway.Errors;
using Microsoft.Extensions.Primitives;

namespace AspireKv.Gateway.KeyValue;

/// <summary>
/// The value of If-Match or If-None-Match (RFC 9110, 13.1): absent, any, or a list of tags. The framework's own parser of such lists is not
/// used: it takes <c>w/</c>, blanks after it and between the quotes, and <c>*</c> among tags, and reads a backslash as an escape.
/// </summary>
internal readonly struct EntityTagList
{
    private static readonly EntityTagList AnyTag = new() { IsPresent = true, IsAny = true };

    private readonly IReadOnlyList<Stamp>? _strong;
    private readonly IReadOnlyList<Stamp>? _all;

    private EntityTagList(IReadOnlyList<Stamp> strong, IReadOnlyList<Stamp> all)
    {
        IsPresent = true;
        _strong = strong;
        _all = all;
    }

    public bool IsPresent { get; private init; }

    /// <summary>The header was <c>*</c>.</summary>
    public bool IsAny { get; private init; }

    /// <summary>The revisions named by strong tags; a weak tag never matches strongly (8.8.3.2).</summary>
    public IReadOnlyList<Stamp> Strong => _strong ?? [];

    /// <summary>The revisions named by any tag, for the weak comparison of If-None-Match.</summary>
    public IReadOnlyList<Stamp> All => _all ?? [];

    /// <summary>Reads all lines of the header as one list.</summary>
    /// <returns>What is wrong with it, or null. Tags that this store never gave out are legal and match nothing.</returns>
    public static ApiError? Read(StringValues header, int maxTags, out EntityTagList list)
    {
        list = default;
        if (header.Count == 0)
        {
            return null;
        }

        var text = header.ToString().AsSpan().Trim(" \t");
        if (text is "*")
        {
            list = AnyTag;
            return null;
        }

        var strong = new List<Stamp>();
        var all = new List<Stamp>();
        var count = 0;
        while (true)
        {
            text = text.TrimStart(" \t,");
            if (text.IsEmpty)
            {
                break;
            }

            if (!EntityTag.TryTake(ref text, out var opaque, out var isWeak))
            {
                return ApiError.InvalidEntityTag;
            }

            if (++count > maxTags)
            {
                return ApiError.TooManyEntityTags;
            }

            if (EntityTag.TryParse(opaque, out var revision))
            {
                all.Add(revision);
                if (!isWeak)
                {
                    strong.Add(revision);
                }
            }
        }

        if (count == 0)
        {
            return ApiError.InvalidEntityTag;
        }

        list = new EntityTagList(strong, all);
        return null;
    }
}
