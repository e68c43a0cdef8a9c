using Microsoft.IdentityModel.Tokens;

namespace AspireKv.AccessTokens;

/// <summary>
/// What every AspireKv access token looks like: a signed JWT after the profile of RFC 9068, without the <c>client_id</c> that it demands,
/// since there are accounts and no registered clients.
/// </summary>
public static class AccessTokenFormat
{
    /// <summary>The one algorithm that is issued and accepted (decision 0003 has the measurement).</summary>
    public const string Algorithm = SecurityAlgorithms.RsaSha256;

    /// <summary>The only accepted <c>typ</c>, so that no other kind of JWT can pass for an access token (RFC 9068, 2.1).</summary>
    public const string Type = "at+jwt";

    /// <summary>Signing keys are at least this long.</summary>
    public const int MinKeySizeBits = 2048;

    /// <summary>Longer keys are not believed: verifying must stay cheap whatever the key document says.</summary>
    public const int MaxKeySizeBits = 4096;

    /// <summary>Characters of an RFC 7638 thumbprint: SHA-256 in base64url. Every <c>kid</c> is one.</summary>
    public const int KeyIdLength = 43;
}
