using System.Buffers.Text;
using System.Security.Cryptography;
using AspireKv.AccessTokens;
using AspireKv.Auth.Accounts;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace AspireKv.Auth.Issuing;

/// <summary>Makes access tokens with the claims iss, aud, sub, iat, nbf, exp and jti; see <see cref="AccessTokenFormat"/>.</summary>
internal sealed class AccessTokenIssuer(
    SigningKeyStore keys,
    IOptions<IssuingOptions> issuing,
    IOptions<AccessTokenOptions> accessTokens,
    IHostEnvironment environment,
    TimeProvider time)
{
    private const int TokenIdBytes = 16;

    private readonly JsonWebTokenHandler _handler = new() { SetDefaultTimesOnTokenCreation = false };
    private readonly TimeSpan _lifetime = issuing.Value.LifetimeIn(environment);

    public IssuedAccessToken Issue(EmailAddress subject)
    {
        var now = time.GetUtcNow();
        var id = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(TokenIdBytes));
        var token = _handler.CreateToken(new SecurityTokenDescriptor
        {
            TokenType = AccessTokenFormat.Type,
            Issuer = accessTokens.Value.Issuer,
            Audience = accessTokens.Value.Audience,
            IssuedAt = now.UtcDateTime,
            NotBefore = now.UtcDateTime,
            Expires = (now + _lifetime).UtcDateTime,
            Claims = new Dictionary<string, object>
            {
                [JwtRegisteredClaimNames.Sub] = subject.Value,
                [JwtRegisteredClaimNames.Jti] = id,
            },
            SigningCredentials = keys.Credentials,
        });
        return new IssuedAccessToken(token, id);
    }
}
