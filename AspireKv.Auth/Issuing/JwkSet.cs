using System.Text.Json.Serialization;

namespace AspireKv.Auth.Issuing;

internal sealed record JwkSet(IReadOnlyList<Jwk> Keys);

/// <summary>A public RSA key, its members named and encoded as RFC 7518, 6.3 asks.</summary>
internal sealed record Jwk(string Kty, string Use, string Alg, string Kid, string N, string E);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(JwkSet))]
internal sealed partial class JwksJson : JsonSerializerContext;
