using System.Buffers;
using System.Buffers.Text;
using System.Text.Json;

namespace AspireKv.AccessTokens;

/// <summary>
/// What a token says of itself, before anything vouches for it. Reading is stricter than RFC 7515 asks, because we issue every
/// token we accept: canonical base64url, no duplicate members at any depth, and no header member but alg, typ and kid.
/// </summary>
internal sealed record UnverifiedAccessToken(
    string KeyId, string Issuer, string Audience, string Subject, DateTimeOffset IssuedAt, DateTimeOffset NotBefore,
    DateTimeOffset ExpiresAt)
{
    /// <summary>The longest e-mail address there is (RFC 5321 by erratum 1690).</summary>
    private const int MaxSubjectLength = 254;

    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 4, AllowDuplicateProperties = false };
    private static readonly SearchValues<byte> Base64UrlAlphabet =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"u8);

    public static AccessTokenRejection Parse(ReadOnlySpan<byte> token, out UnverifiedAccessToken? parsed)
    {
        parsed = null;
        var firstDot = token.IndexOf((byte)'.');
        var lastDot = token.LastIndexOf((byte)'.');
        if (firstDot < 0
            || firstDot == lastDot
            || Decode(token[..firstDot]) is not { } header
            || Decode(token[(firstDot + 1)..lastDot]) is not { } payload
            || Decode(token[(lastDot + 1)..]) is null)
        {
            return AccessTokenRejection.Malformed;
        }

        try
        {
            using var headerJson = JsonDocument.Parse(header, Strict);
            var rejection = ReadHeader(headerJson.RootElement, out var keyId);
            if (rejection != AccessTokenRejection.None)
            {
                return rejection;
            }

            using var payloadJson = JsonDocument.Parse(payload, Strict);
            parsed = ReadClaims(payloadJson.RootElement, keyId);
            return parsed is null ? AccessTokenRejection.MalformedClaims : AccessTokenRejection.None;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: a JSON string that is not valid Unicode.
            return AccessTokenRejection.Malformed;
        }
    }

    private static AccessTokenRejection ReadHeader(JsonElement header, out string keyId)
    {
        keyId = "";
        if (header.ValueKind != JsonValueKind.Object)
        {
            return AccessTokenRejection.Malformed;
        }

        if (Text(header, "alg") != AccessTokenFormat.Algorithm)
        {
            return AccessTokenRejection.WrongAlgorithm;
        }

        if (Text(header, "typ") != AccessTokenFormat.Type)
        {
            return AccessTokenRejection.WrongType;
        }

        foreach (var member in header.EnumerateObject())
        {
            if (member.Name is not ("alg" or "typ" or "kid"))
            {
                return AccessTokenRejection.UnsupportedHeader;
            }
        }

        // Anything but a thumbprint cannot be a key of ours, and must not even cause a look at the key document.
        keyId = Text(header, "kid") ?? "";
        return keyId.Length == AccessTokenFormat.KeyIdLength && Base64Url.IsValid(keyId)
            ? AccessTokenRejection.None
            : AccessTokenRejection.UnknownKey;
    }

    private static UnverifiedAccessToken? ReadClaims(JsonElement claims, string keyId) =>
        claims.ValueKind == JsonValueKind.Object
        && Text(claims, "iss") is { } issuer
        && Text(claims, "aud") is { } audience
        && Text(claims, "sub") is { Length: > 0 and <= MaxSubjectLength } subject
        && !subject.AsSpan().ContainsAnyInRange('\u0000', '\u001f')
        && Time(claims, "iat") is { } issuedAt
        && Time(claims, "exp") is { } expiresAt
        && (claims.TryGetProperty("nbf", out _) ? Time(claims, "nbf") : issuedAt) is { } notBefore
            ? new UnverifiedAccessToken(keyId, issuer, audience, subject, issuedAt, notBefore, expiresAt)
            : null;

    private static string? Text(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    /// <summary>Whole seconds since 1970 within what a <see cref="DateTimeOffset"/> holds, some room for the clock skew left.</summary>
    private static DateTimeOffset? Time(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value)
        && value.ValueKind == JsonValueKind.Number
        && value.TryGetInt64(out var seconds)
        && seconds is > 0 and < 253_000_000_000
            ? DateTimeOffset.FromUnixTimeSeconds(seconds)
            : null;

    /// <summary>
    /// Null unless the segment is the one base64url form of its bytes: two spellings of one token would be two tokens to the cache.
    /// </summary>
    private static byte[]? Decode(ReadOnlySpan<byte> segment)
    {
        if (segment.IsEmpty || segment.ContainsAnyExcept(Base64UrlAlphabet) || !Base64Url.IsValid(segment))
        {
            return null;
        }

        var bytes = new byte[Base64Url.GetMaxDecodedLength(segment.Length)];
        return Base64Url.DecodeFromUtf8(segment, bytes, out _, out var written) == OperationStatus.Done
            && Base64Url.EncodeToUtf8(bytes.AsSpan(0, written)).AsSpan().SequenceEqual(segment)
                ? bytes[..written]
                : null;
    }
}
