using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace AspireKv.AccessTokens.Tests.Support;

/// <summary>A signing key, and tokens made by hand with it: any header and any payload, right or wrong.</summary>
internal sealed class TestKey
{
    private readonly RSA _rsa;

    public TestKey(int sizeBits = 2048)
        : this(RSA.Create(sizeBits))
    {
    }

    public TestKey(RSA rsa)
    {
        _rsa = rsa;
        Public = _rsa.ExportParameters(includePrivateParameters: false);
        Id = KeyThumbprint.Compute(Public);
    }

    public RSAParameters Public { get; }

    public string Id { get; }

    public string Header => $$"""{"alg":"RS256","typ":"at+jwt","kid":"{{Id}}"}""";

    public string Jwk => JwkWith(Id);

    public byte[] PublicPem => Encoding.ASCII.GetBytes(_rsa.ExportSubjectPublicKeyInfoPem());

    public string JwkWith(string keyId) =>
        $$"""{"kty":"RSA","use":"sig","alg":"RS256","kid":"{{keyId}}","n":"{{Text(Public.Modulus!)}}","e":"{{Text(Public.Exponent!)}}"}""";

    private static string Text(byte[] bytes) => Base64Url.EncodeToString(bytes);

    public string Sign(string header, string payload) => Sign(Encoding.UTF8.GetBytes(header), Encoding.UTF8.GetBytes(payload));

    public string Sign(byte[] header, byte[] payload)
    {
        var signed = $"{Base64Url.EncodeToString(header)}.{Base64Url.EncodeToString(payload)}";
        return $"{signed}.{Base64Url.EncodeToString(Signature(signed, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1))}";
    }

    public string SignWith(string header, string payload, HashAlgorithmName hash, RSASignaturePadding padding)
    {
        var signed = Unsigned(header, payload);
        return $"{signed}.{Base64Url.EncodeToString(Signature(signed, hash, padding))}";
    }

    public static string Unsigned(string header, string payload) =>
        $"{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(header))}.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(payload))}";

    private byte[] Signature(string signed, HashAlgorithmName hash, RSASignaturePadding padding) =>
        _rsa.SignData(Encoding.ASCII.GetBytes(signed), hash, padding);
}
