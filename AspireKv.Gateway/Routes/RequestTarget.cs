namespace AspireKv.Gateway.Routes;

/// <summary>
/// Looks at the request target as it came over the wire. The server has decoded and resolved it before routing, by which <c>a%2Fb</c> and
/// <c>a%252Fb</c> become the same and <c>..</c> reaches another route.
/// </summary>
internal static class RequestTarget
{
    /// <summary>True for a target that names a key: routed by its literal beginning, and by nothing after it.</summary>
    public static bool IsKeyTarget(string target) => target.StartsWith(ApiRoutes.KeyPrefix, StringComparison.Ordinal);

    /// <summary>The target up to its query.</summary>
    public static ReadOnlySpan<char> PathOf(string target)
    {
        var query = target.IndexOf('?');
        return query < 0 ? target : target.AsSpan(0, query);
    }

    /// <summary>
    /// True when a segment between literal slashes is <c>.</c> or <c>..</c>, escaped or not. Clients, proxies and the server resolve such
    /// segments, each at its own time, so that what was meant cannot be known.
    /// </summary>
    public static bool HasDotSegment(ReadOnlySpan<char> path)
    {
        // A dot comes as itself or as %2e; without either there is nothing to look for.
        if (!path.Contains('.') && !path.Contains("%2e", StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        foreach (var range in path.Split('/'))
        {
            if (IsDots(path[range]))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsDots(ReadOnlySpan<char> segment)
    {
        var dots = 0;
        while (!segment.IsEmpty)
        {
            if (segment[0] == '.')
            {
                segment = segment[1..];
            }
            else if (segment.StartsWith("%2e", StringComparison.OrdinalIgnoreCase))
            {
                segment = segment[3..];
            }
            else
            {
                return false;
            }

            dots++;
        }

        return dots is 1 or 2;
    }
}
