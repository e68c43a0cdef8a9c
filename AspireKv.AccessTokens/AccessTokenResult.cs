using System.Diagnostics.CodeAnalysis;

namespace AspireKv.AccessTokens;

/// <summary>Either a validated token or the reason against it.</summary>
public readonly record struct AccessTokenResult
{
    private AccessTokenResult(ValidatedAccessToken? token, AccessTokenRejection rejection)
    {
        Token = token;
        Rejection = rejection;
    }

    [MemberNotNullWhen(true, nameof(Token))]
    public bool IsValid => Token is not null;

    /// <summary>The token; null when it was rejected.</summary>
    public ValidatedAccessToken? Token { get; }

    /// <summary>The reason; <see cref="AccessTokenRejection.None"/> when the token is valid.</summary>
    public AccessTokenRejection Rejection { get; }

    internal static AccessTokenResult Valid(ValidatedAccessToken token) => new(token, AccessTokenRejection.None);

    internal static AccessTokenResult Rejected(AccessTokenRejection reason) => new(null, reason);
}
