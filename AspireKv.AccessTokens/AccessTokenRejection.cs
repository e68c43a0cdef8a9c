namespace AspireKv.AccessTokens;

/// <summary>Why a token was not accepted. Names are stable: they are the values of a metric's tag.</summary>
public enum AccessTokenRejection
{
    /// <summary>The token was accepted.</summary>
    None,

    /// <summary>Longer than <see cref="AccessTokenOptions.MaxTokenLengthBytes"/>.</summary>
    TooLong,

    /// <summary>Not three segments of canonical base64url holding JSON objects without duplicate members.</summary>
    Malformed,

    /// <summary>Signed with another algorithm than <see cref="AccessTokenFormat.Algorithm"/>, or with none.</summary>
    WrongAlgorithm,

    /// <summary>Its <c>typ</c> is not <see cref="AccessTokenFormat.Type"/>.</summary>
    WrongType,

    /// <summary>The header holds more than alg, typ and kid: jku, x5u, jwk, crit and the like are never believed.</summary>
    UnsupportedHeader,

    /// <summary>A claim is missing or of the wrong type or size.</summary>
    MalformedClaims,

    /// <summary>Issued by someone else.</summary>
    WrongIssuer,

    /// <summary>Issued for someone else.</summary>
    WrongAudience,

    /// <summary>The token's time has not come (<c>nbf</c> or <c>iat</c> in the future).</summary>
    NotYetValid,

    /// <summary>The token's time is over.</summary>
    Expired,

    /// <summary>The token claims to live longer than <see cref="AccessTokenOptions.MaxLifetime"/>.</summary>
    LifetimeTooLong,

    /// <summary>The auth service publishes no key of that id.</summary>
    UnknownKey,

    /// <summary>The signature is not that of the named key over these bytes.</summary>
    BadSignature,

    /// <summary>
    /// No keys were ever fetched, so nothing can be said of the token: answer "try again" (503), not "unauthorized" (401).
    /// </summary>
    KeysNotLoaded,
}
