using Microsoft.Extensions.Primitives;

namespace AspireKv.AccessTokens;

/// <summary>Reads the Authorization header of RFC 6750, without copying the token.</summary>
public static class BearerCredential
{
    private const string Scheme = "Bearer ";

    /// <summary>
    /// False unless there is exactly one header, of scheme Bearer (in any case) with something behind it. Two headers are refused, as
    /// two servers in a row might each believe another one.
    /// </summary>
    public static bool TryRead(StringValues authorization, out ReadOnlyMemory<char> token)
    {
        token = default;
        if (authorization.Count != 1
            || authorization[0] is not { } header
            || header.Length <= Scheme.Length
            || !header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        token = header.AsMemory(Scheme.Length).Trim(' ');
        return !token.IsEmpty;
    }
}
