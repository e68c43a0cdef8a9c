using System.Buffers.Text;
using AspireKv.AccessTokens;

namespace AspireKv.Auth.Issuing;

/// <summary>The public keys as a JWK Set (RFC 7517), for whoever checks our tokens.</summary>
internal static class JwksEndpoint
{
    public static IResult Handle(SigningKeyStore keys) => Results.Json(
        new JwkSet([new Jwk("RSA", "sig", AccessTokenFormat.Algorithm, keys.KeyId,
            Base64Url.EncodeToString(keys.Public.Modulus), Base64Url.EncodeToString(keys.Public.Exponent))]),
        JwksJson.Default.JwkSet,
        contentType: "application/jwk-set+json");
}
