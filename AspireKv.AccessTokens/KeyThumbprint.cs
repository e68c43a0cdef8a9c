using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace AspireKv.AccessTokens;

/// <summary>The name of a key: the JWK thumbprint of RFC 7638 over SHA-256, in base64url (43 characters).</summary>
public static class KeyThumbprint
{
    /// <summary>Needs the public half only: <see cref="RSAParameters.Modulus"/> and <see cref="RSAParameters.Exponent"/>.</summary>
    public static string Compute(RSAParameters key)
    {
        ArgumentNullException.ThrowIfNull(key.Modulus);
        ArgumentNullException.ThrowIfNull(key.Exponent);

        // RFC 7638, 3.2: exactly the required members, in lexicographic order, without white space.
        var (exponent, modulus) = (Base64Url.EncodeToString(key.Exponent), Base64Url.EncodeToString(key.Modulus));
        var canonical = $$"""{"e":"{{exponent}}","kty":"RSA","n":"{{modulus}}"}""";
        return Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(canonical)));
    }
}
