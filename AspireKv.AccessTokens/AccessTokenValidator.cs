using System.Text;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace AspireKv.AccessTokens;

/// <summary>
/// Decides whether a token is a valid access token of this cluster. Accepted are tokens of one issuer, audience, type and
/// algorithm, signed with a key that the auth service publishes; the key is found by its id among those and nowhere else.
/// A token is checked once; until it expires or the keys change, the same bytes are answered from memory, without allocating.
/// Thread-safe. Nothing here throws for what a client sends.
/// </summary>
public sealed class AccessTokenValidator
{
    private readonly AccessTokenKeySource _keys;
    private readonly AccessTokenOptions _options;
    private readonly TimeProvider _time;
    private readonly AccessTokenMetrics _metrics;
    private readonly JsonWebTokenHandler _handler;

    internal AccessTokenValidator(
        AccessTokenKeySource keys, IOptions<AccessTokenOptions> options, TimeProvider time, AccessTokenMetrics metrics)
    {
        _keys = keys;
        _options = options.Value;
        _time = time;
        _metrics = metrics;
        _handler = new JsonWebTokenHandler
        {
            MapInboundClaims = false,
            MaximumTokenSizeInBytes = _options.MaxTokenLengthBytes,
        };
    }

    /// <summary>Whether keys were ever fetched. While false no token can be judged.</summary>
    public bool KeysLoaded => _keys.Current is not null;

    /// <param name="token">The token in ASCII, as in the Authorization header without the scheme. Copied when it has to be kept.</param>
    /// <param name="cancellationToken">Ends the wait for a fetch of keys, which is all this ever waits for.</param>
    public ValueTask<AccessTokenResult> ValidateAsync(ReadOnlyMemory<byte> token, CancellationToken cancellationToken = default) =>
        TryValidateCached(token.Span, out var result)
            ? ValueTask.FromResult(result)
            : CheckAsync(token.ToArray(), cancellationToken);

    /// <inheritdoc cref="ValidateAsync(ReadOnlyMemory{byte}, CancellationToken)"/>
    public ValueTask<AccessTokenResult> ValidateAsync(string token, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(token);
        return ValidateAsync(token.AsMemory(), cancellationToken);
    }

    /// <inheritdoc cref="ValidateAsync(ReadOnlyMemory{byte}, CancellationToken)"/>
    public ValueTask<AccessTokenResult> ValidateAsync(ReadOnlyMemory<char> token, CancellationToken cancellationToken = default)
    {
        if (token.Length > _options.MaxTokenLengthBytes)
        {
            return ValueTask.FromResult(Reject(AccessTokenRejection.TooLong));
        }

        Span<byte> ascii = stackalloc byte[token.Length];
        if (Ascii.FromUtf16(token.Span, ascii, out _) != System.Buffers.OperationStatus.Done)
        {
            return ValueTask.FromResult(Reject(AccessTokenRejection.Malformed));
        }

        return TryValidateCached(ascii, out var result)
            ? ValueTask.FromResult(result)
            : CheckAsync(ascii.ToArray(), cancellationToken);
    }

    /// <summary>
    /// Answers at once when the answer is known without checking a signature: the token was validated before, or is too long.
    /// False means: ask <see cref="ValidateAsync(ReadOnlyMemory{byte}, CancellationToken)"/>.
    /// </summary>
    public bool TryValidateCached(ReadOnlySpan<byte> token, out AccessTokenResult result)
    {
        if (token.Length > _options.MaxTokenLengthBytes)
        {
            result = Reject(AccessTokenRejection.TooLong);
            return true;
        }

        if (_keys.Current is { } keySet && keySet.Validated.TryGet(token, out var validated))
        {
            result = _time.GetUtcNow() <= validated.ExpiresAt + _options.ClockSkew
                ? AccessTokenResult.Valid(validated)
                : Reject(AccessTokenRejection.Expired);
            return true;
        }

        result = default;
        return false;
    }

    private async ValueTask<AccessTokenResult> CheckAsync(byte[] token, CancellationToken cancellationToken)
    {
        var rejection = UnverifiedAccessToken.Parse(token, out var claims);
        if (claims is null)
        {
            return Reject(rejection);
        }

        // Before the key is looked for: what could not be accepted anyway must not cause a fetch of keys.
        var now = _time.GetUtcNow();
        rejection = CheckClaims(claims, now);
        if (rejection != AccessTokenRejection.None)
        {
            if (rejection == AccessTokenRejection.NotYetValid
                && _keys.Current?.Find(claims.KeyId) is { } known
                && await IsSignedAsync(token, known))
            {
                _keys.CompareClocks(claims.IssuedAt);
            }

            return Reject(rejection);
        }

        if (await _keys.GetWithAsync(claims.KeyId, cancellationToken) is not { } keySet)
        {
            return Reject(AccessTokenRejection.KeysNotLoaded);
        }

        if (keySet.Find(claims.KeyId) is not { } key)
        {
            return Reject(AccessTokenRejection.UnknownKey);
        }

        if (!await IsSignedAsync(token, key))
        {
            return Reject(AccessTokenRejection.BadSignature);
        }

        var validated = new ValidatedAccessToken(token, claims.Subject, claims.ExpiresAt);
        keySet.Validated.Add(validated, expiredBefore: now - _options.ClockSkew);
        _metrics.Validated(AccessTokenRejection.None);
        return AccessTokenResult.Valid(validated);
    }

    private AccessTokenRejection CheckClaims(UnverifiedAccessToken claims, DateTimeOffset now) => claims switch
    {
        _ when !string.Equals(claims.Issuer, _options.Issuer, StringComparison.Ordinal) => AccessTokenRejection.WrongIssuer,
        _ when !string.Equals(claims.Audience, _options.Audience, StringComparison.Ordinal) => AccessTokenRejection.WrongAudience,
        _ when now > claims.ExpiresAt + _options.ClockSkew => AccessTokenRejection.Expired,
        _ when claims.NotBefore > now + _options.ClockSkew => AccessTokenRejection.NotYetValid,
        _ when claims.IssuedAt > now + _options.ClockSkew => AccessTokenRejection.NotYetValid,
        _ when claims.ExpiresAt > now + _options.MaxLifetime + _options.ClockSkew => AccessTokenRejection.LifetimeTooLong,
        _ => AccessTokenRejection.None,
    };

    /// <summary>
    /// The library checks the signature, and issuer, audience, type and algorithm a second time by its own reading of the token.
    /// The library is handed one key and no way to find another. Times were judged above, by our clock.
    /// </summary>
    private async Task<bool> IsSignedAsync(byte[] token, RsaSecurityKey key)
    {
        var result = await _handler.ValidateTokenAsync(Encoding.ASCII.GetString(token), new TokenValidationParameters
        {
            IssuerSigningKey = key,
            TryAllIssuerSigningKeys = false,
            ValidAlgorithms = [AccessTokenFormat.Algorithm],
            ValidTypes = [AccessTokenFormat.Type],
            ValidIssuer = _options.Issuer,
            ValidAudience = _options.Audience,
            RequireSignedTokens = true,
            ValidateLifetime = false,
        });
        return result.IsValid;
    }

    private AccessTokenResult Reject(AccessTokenRejection reason)
    {
        _metrics.Validated(reason);
        return AccessTokenResult.Rejected(reason);
    }
}
