using System.Text;
using AspireKv.Cluster.Keys;

namespace AspireKv.Gateway.Api;

/// <summary>
/// Reads the request target as it came over the wire. The server has decoded and resolved it before routing, by which <c>a%2Fb</c> and <c>a%252Fb</c>
/// become the same and <c>..</c> reaches another route, so the key is never taken from the path or from route values.
/// </summary>
internal static class RawTarget
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
    /// True when a segment between literal slashes is <c>.</c> or <c>..</c>, escaped or not. Clients, proxies and the server resolve such segments, each at
    /// its own time, so that what was meant cannot be known.
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

    /// <summary>
    /// Reads namespace and key: the key is everything after <c>/v1/kv/{namespace}/</c>, percent-decoded once.
    /// </summary>
    /// <param name="target">A target for which <see cref="IsKeyTarget"/> holds.</param>
    /// <param name="maxKeyBytes">Bytes of the longest legal key.</param>
    /// <param name="key">Namespace and key.</param>
    /// <returns>What is wrong with the target, or null.</returns>
    public static ApiError? ReadKey(string target, int maxKeyBytes, out StoreKey key)
    {
        key = default;
        if (target.Contains('?'))
        {
            return ApiError.QueryNotAllowed;
        }

        var rest = target.AsSpan(ApiRoutes.KeyPrefix.Length);
        var slash = rest.IndexOf('/');
        var space = slash < 0 ? rest : rest[..slash];
        if (!KeyRules.IsNamespace(space))
        {
            return ApiError.InvalidNamespace;
        }

        var escaped = slash < 0 ? [] : rest[(slash + 1)..];
        if (escaped.IsEmpty)
        {
            return ApiError.EmptyKey;
        }

        var length = escaped.Length - (2 * escaped.Count('%'));
        if (length > maxKeyBytes)
        {
            return ApiError.KeyTooLong(maxKeyBytes);
        }

        // A fragment never travels, so a client that sends '#' meant something else by it.
        if (length <= 0 || escaped.Contains('#'))
        {
            return ApiError.InvalidKey;
        }

        var bytes = new byte[space.Length + 1 + length];
        Encoding.ASCII.GetBytes(space, bytes);
        var keyBytes = bytes.AsSpan(space.Length + 1);
        if (!TryDecode(escaped, keyBytes))
        {
            return ApiError.InvalidKey;
        }

        if (KeyRules.Check(keyBytes, maxKeyBytes) is { } error)
        {
            return error;
        }

        key = new StoreKey(bytes);
        return null;
    }

    /// <summary>Decodes once; false for an escape that is not two hexadecimal digits, and for a character that is not ASCII.</summary>
    private static bool TryDecode(ReadOnlySpan<char> escaped, Span<byte> bytes)
    {
        var read = 0;
        for (var written = 0; written < bytes.Length; written++)
        {
            if (read >= escaped.Length || escaped[read] > 0x7F)
            {
                return false;
            }

            if (escaped[read] != '%')
            {
                bytes[written] = (byte)escaped[read++];
                continue;
            }

            if (read + 2 >= escaped.Length || !char.IsAsciiHexDigit(escaped[read + 1]) || !char.IsAsciiHexDigit(escaped[read + 2]))
            {
                return false;
            }

            bytes[written] = (byte)((FromHex(escaped[read + 1]) << 4) | FromHex(escaped[read + 2]));
            read += 3;
        }

        return read == escaped.Length;
    }

    private static int FromHex(char digit) => char.IsAsciiDigit(digit) ? digit - '0' : (digit | 0x20) - 'a' + 10;

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
