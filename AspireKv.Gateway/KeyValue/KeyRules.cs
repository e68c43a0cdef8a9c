using System.Text.Unicode;
using AspireKv.Gateway.Errors;

namespace AspireKv.Gateway.KeyValue;

/// <summary>Which namespaces and keys are legal, on every route.</summary>
internal static class KeyRules
{
    public const int MaxNamespaceLength = 63;

    /// <summary>True for <c>[a-z0-9][a-z0-9-]{0,62}</c>.</summary>
    public static bool IsNamespace(ReadOnlySpan<char> text)
    {
        if (text.Length is 0 or > MaxNamespaceLength || text[0] == '-')
        {
            return false;
        }

        foreach (var character in text)
        {
            if (!(char.IsAsciiLetterLower(character) || char.IsAsciiDigit(character) || character == '-'))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>
    /// What is wrong with the key, or null. <c>.</c> and <c>..</c> are refused since too much between client and server resolves them.
    /// </summary>
    public static ApiError? Check(ReadOnlySpan<byte> key, int maxBytes) =>
        key.IsEmpty ? ApiError.EmptyKey
        : key.Length > maxBytes ? ApiError.KeyTooLong(maxBytes)
        : !Utf8.IsValid(key) || key.SequenceEqual("."u8) || key.SequenceEqual(".."u8) ? ApiError.InvalidKey
        : null;
}
