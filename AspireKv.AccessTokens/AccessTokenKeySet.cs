using System.Buffers.Text;
using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.IdentityModel.Tokens;

namespace AspireKv.AccessTokens;

/// <summary>
/// The public keys as once published, and the tokens they have validated. The cache belongs to the set, so that a rotation
/// drops it by replacing the set, and a validation that began before cannot put anything into the new one.
/// </summary>
internal sealed class AccessTokenKeySet
{
    private const int MaxKeys = 16;

    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 8, AllowDuplicateProperties = false };

    private readonly FrozenDictionary<string, RsaSecurityKey> _keys;

    private AccessTokenKeySet(Dictionary<string, RsaSecurityKey> keys, int cacheCapacity)
    {
        _keys = keys.ToFrozenDictionary(StringComparer.Ordinal);
        Validated = new ValidatedTokenCache(cacheCapacity);
    }

    public IEnumerable<string> KeyIds => _keys.Keys;

    public ValidatedTokenCache Validated { get; }

    public RsaSecurityKey? Find(string keyId) => _keys.GetValueOrDefault(keyId);

    /// <summary>A key id is the thumbprint of its key, so equal ids mean equal keys.</summary>
    public bool HasSameKeysAs(AccessTokenKeySet other) =>
        _keys.Count == other._keys.Count && _keys.Keys.All(other._keys.ContainsKey);

    /// <summary>
    /// Reads a JWK Set (RFC 7517). Keys of other kinds or uses, and keys whose id is not their thumbprint, are passed over.
    /// </summary>
    /// <exception cref="FormatException">The text is no JWK Set or holds no key that could be used.</exception>
    public static AccessTokenKeySet Parse(ReadOnlyMemory<byte> json, int cacheCapacity)
    {
        try
        {
            using var document = JsonDocument.Parse(json, Strict);
            var keys = new Dictionary<string, RsaSecurityKey>(StringComparer.Ordinal);
            foreach (var element in document.RootElement.GetProperty("keys").EnumerateArray().Take(MaxKeys))
            {
                if (ReadKey(element) is { } key)
                {
                    keys[key.KeyId] = key;
                }
            }

            return keys.Count > 0
                ? new AccessTokenKeySet(keys, cacheCapacity)
                : throw new FormatException("the key set holds no usable key");
        }
        catch (Exception exception) when (
            exception is JsonException or KeyNotFoundException or InvalidOperationException or CryptographicException)
        {
            throw new FormatException("the answer is not a JWK set", exception);
        }
    }

    private static RsaSecurityKey? ReadKey(JsonElement element)
    {
        if (Text(element, "kty") != "RSA"
            || Text(element, "use") is not (null or "sig")
            || Text(element, "alg") is not (null or AccessTokenFormat.Algorithm)
            || Text(element, "kid") is not { } keyId
            || Bytes(element, "n") is not { } modulus
            || Bytes(element, "e") is not { Length: <= 4 } exponent
            || modulus.Length * 8 is < AccessTokenFormat.MinKeySizeBits or > AccessTokenFormat.MaxKeySizeBits)
        {
            return null;
        }

        var key = new RsaSecurityKey(new RSAParameters { Modulus = modulus, Exponent = exponent });
        if (!string.Equals(KeyThumbprint.Compute(key.Parameters), keyId, StringComparison.Ordinal))
        {
            return null;
        }

        key.KeyId = keyId;
        return key;
    }

    private static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) ? value.GetString() : null;

    private static byte[]? Bytes(JsonElement element, string name)
    {
        var text = Text(element, name);
        return text is not null && Base64Url.IsValid(text) ? Base64Url.DecodeFromChars(text) : null;
    }
}
