using System.Buffers;
using System.Diagnostics.CodeAnalysis;

namespace AspireKv.Auth.Accounts;

/// <summary>
/// An e-mail address as an account's name: in lower case, so that one person is one account. Not RFC 5321 in full: quoted
/// local parts and comments are refused, as nobody has them and everything that prints them would have to cope.
/// </summary>
internal sealed record EmailAddress
{
    public const int MaxLength = 254;

    private const int MaxLocalPartLength = 64;

    private static readonly SearchValues<char> Refused = SearchValues.Create("\"(),:;<>[\\]");

    private EmailAddress(string value) => Value = value;

    public string Value { get; }

    public static bool TryParse(string? text, [NotNullWhen(true)] out EmailAddress? address)
    {
        address = IsAddress(text) ? new EmailAddress(text.ToLowerInvariant()) : null;
        return address is not null;
    }

    public override string ToString() => Value;

    private static bool IsAddress([NotNullWhen(true)] string? text)
    {
        if (text is null or { Length: > MaxLength })
        {
            return false;
        }

        var at = text.IndexOf('@');
        return at is > 0 and <= MaxLocalPartLength
            && at == text.LastIndexOf('@')
            && IsDotSeparated(text.AsSpan(0, at))
            && IsDotSeparated(text.AsSpan(at + 1))
            && !text.AsSpan().ContainsAny(Refused)
            && !text.Any(c => char.IsWhiteSpace(c) || char.IsControl(c) || char.IsSurrogate(c));
    }

    private static bool IsDotSeparated(ReadOnlySpan<char> part) =>
        !part.IsEmpty && part[0] != '.' && part[^1] != '.' && !part.Contains("..", StringComparison.Ordinal);
}
