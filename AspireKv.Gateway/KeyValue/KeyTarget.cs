using System.Text;
using AspireKv.Cluster.Keys;
using AspireKv.Gateway.Errors;
using AspireKv.Gateway.Routes;

namespace AspireKv.Gateway.KeyValue;

/// <summary>
/// Reads the key out of the request target as it came over the wire. The server has decoded and resolved the target before routing, so the
/// key is never taken from the path or from route values: no two keys may become the same.
/// </summary>
internal static class KeyTarget
{
    /// <summary>
    /// Reads namespace and key: the key is everything after <c>/v1/kv/{namespace}/</c>, percent-decoded once.
    /// </summary>
    /// <param name="target">A target for which <see cref="RequestTarget.IsKeyTarget"/> holds.</param>
    /// <param name="maxKeyBytes">Bytes of the longest legal key.</param>
    /// <param name="key">Namespace and key.</param>
    /// <returns>What is wrong with the target, or null.</returns>
    public static ApiError? Read(string target, int maxKeyBytes, out StoreKey key)
    {
        key = default;
        if (target.Contains('?'))
        {
            return ApiError.QueryNotAllowed;
        }

        var rest = target.AsSpan(ApiRoutes.KeyPrefix.Length);
        var slash = rest.IndexOf('/');
        var space = slash < 0 ? rest : rest[..slash];
        if (!StoreKey.IsNamespace(space))
        {
            return ApiError.InvalidNamespace;
        }

        var escaped = slash < 0 ? [] : rest[(slash + 1)..];
        if (escaped.IsEmpty)
        {
            return ApiError.NoKey;
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

        if (KeyRules.FindFault(keyBytes, maxKeyBytes) is { } error)
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
}
