using System.Globalization;
using System.Security.Cryptography;
using AspireKv.AccessTokens.Tests.Support;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace AspireKv.Gateway.Tests.Hosting;

/// <summary>A signing key, the document that publishes it, and any token a test asks for.</summary>
internal sealed class FakeAuthKeys : IDisposable
{
    /// <summary>Made once for all tests: making one takes a tenth of a second.</summary>
    public static readonly FakeAuthKeys Shared = new();

    private readonly RSA _rsa = RSA.Create(2048);
    private readonly string _keyId;

    public FakeAuthKeys() => _keyId = Base64UrlEncoder.Encode(new RsaSecurityKey(_rsa).ComputeJwkThumbprint());

    /// <summary>The same key, to make tokens by hand with.</summary>
    public TestKey TestKey => new(_rsa);

    public string Document
    {
        get
        {
            var key = _rsa.ExportParameters(includePrivateParameters: false);
            var (modulus, exponent) = (Base64UrlEncoder.Encode(key.Modulus), Base64UrlEncoder.Encode(key.Exponent));
            return string.Create(CultureInfo.InvariantCulture,
                $$"""{"keys":[{"kty":"RSA","use":"sig","alg":"RS256","kid":"{{_keyId}}","n":"{{modulus}}","e":"{{exponent}}"}]}""");
        }
    }

    public string Issue(Action<SecurityTokenDescriptor>? change = null)
    {
        var now = TimeProvider.System.GetUtcNow().UtcDateTime;
        var descriptor = new SecurityTokenDescriptor
        {
            Issuer = "aspirekv-auth",
            Audience = "aspirekv",
            TokenType = "at+jwt",
            IssuedAt = now,
            NotBefore = now,
            Expires = now.AddMinutes(10),
            Claims = new Dictionary<string, object> { ["sub"] = "user@example.com" },
            SigningCredentials = new SigningCredentials(new RsaSecurityKey(_rsa) { KeyId = _keyId }, SecurityAlgorithms.RsaSha256),
        };
        change?.Invoke(descriptor);
        return new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(descriptor);
    }

    public void Dispose() => _rsa.Dispose();
}
