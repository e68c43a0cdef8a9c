using System.Buffers.Text;
using System.Security.Cryptography;
using Microsoft.IdentityModel.Tokens;

namespace AspireKv.AccessTokens;

/// <summary>The name of a key: the JWK thumbprint of RFC 7638 over SHA-256, in base64url (43 characters).</summary>
public static class KeyThumbprint
{
    /// <summary>Needs the public half only: <see cref="RSAParameters.Modulus"/> and <see cref="RSAParameters.Exponent"/>.</summary>
    public static string Compute(RSAParameters key) => Base64Url.EncodeToString(
        new RsaSecurityKey(new RSAParameters { Modulus = key.Modulus, Exponent = key.Exponent }).ComputeJwkThumbprint());
}
