using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using AspireKv.AccessTokens.Tests.Support;

namespace AspireKv.AccessTokens.Tests;

/// <summary>Tokens that must never be accepted, each with the reason it must be refused for.</summary>
internal static class HostileTokens
{
    private static readonly TestKey Stranger = new();

    public static IReadOnlyDictionary<string, (Func<TokenForge, string> Make, AccessTokenRejection Reason)> All { get; } = Build();

    private static Dictionary<string, (Func<TokenForge, string>, AccessTokenRejection)> Build()
    {
        var all = new Dictionary<string, (Func<TokenForge, string>, AccessTokenRejection)>();
        AddAlgorithms(all);
        AddHeaders(all);
        AddKeyIds(all);
        AddSignatures(all);
        AddClaims(all);
        AddTimes(all);
        AddShapes(all);
        return all;
    }

    private static void AddAlgorithms(Dictionary<string, (Func<TokenForge, string>, AccessTokenRejection)> all)
    {
        foreach (var none in (string[])["none", "None", "NONE", "nOnE", "none ", " none", "no\\u006ee", "", "null"])
        {
            all[$"alg '{none}' without signature"] =
                (forge => TestKey.Unsigned(WithAlgorithm(forge, none), forge.Payload) + ".", AccessTokenRejection.Malformed);
            all[$"alg '{none}' with signature"] = (
                forge => forge.Key.Sign(WithAlgorithm(forge, none), forge.Payload), AccessTokenRejection.WrongAlgorithm);
        }

        foreach (
            var other in (string[])["HS256", "HS384", "HS512", "RS384", "RS512", "PS256", "ES256", "EdDSA", "rs256", "Rs256", "RS256 ",
                "dir", "RSA-OAEP"])
        {
            all[$"alg '{other}'"] = (
                forge => forge.Key.Sign(WithAlgorithm(forge, other), forge.Payload), AccessTokenRejection.WrongAlgorithm);
        }

        all["HS256 with the public key as secret"] = (forge => Hmac(forge, forge.Key.PublicPem), AccessTokenRejection.WrongAlgorithm);
        all["HS256 with the modulus as secret"] = (forge => Hmac(forge, forge.Key.Public.Modulus!), AccessTokenRejection.WrongAlgorithm);
        all["alg a number"] = (
            forge => forge.Key.Sign($$"""{"alg":256,"typ":"at+jwt","kid":"{{forge.Key.Id}}"}""", forge.Payload),
            AccessTokenRejection.WrongAlgorithm);
        all["alg an array"] = (
            forge => forge.Key.Sign($$"""{"alg":["RS256"],"typ":"at+jwt","kid":"{{forge.Key.Id}}"}""", forge.Payload),
            AccessTokenRejection.WrongAlgorithm);
        all["alg missing"] = (
            forge => forge.Key.Sign($$"""{"typ":"at+jwt","kid":"{{forge.Key.Id}}"}""", forge.Payload),
            AccessTokenRejection.WrongAlgorithm);
        all["alg twice, none first"] = (forge => forge.Key.Sign(
            $$"""{"alg":"none","alg":"RS256","typ":"at+jwt","kid":"{{forge.Key.Id}}"}""", forge.Payload), AccessTokenRejection.Malformed);
        all["alg twice, none last"] = (forge => forge.Key.Sign(
            $$"""{"alg":"RS256","typ":"at+jwt","kid":"{{forge.Key.Id}}","alg":"none"}""", forge.Payload), AccessTokenRejection.Malformed);
        all["alg twice, one escaped"] = (forge => forge.Key.Sign(
            $$"""{"alg":"RS256","typ":"at+jwt","kid":"{{forge.Key.Id}}","\u0061lg":"none"}""", forge.Payload),
            AccessTokenRejection.Malformed);
        all["PS256 signature under alg RS256"] = (forge => forge.Key.SignWith(
            forge.Key.Header, forge.Payload, HashAlgorithmName.SHA256, RSASignaturePadding.Pss), AccessTokenRejection.BadSignature);
        all["SHA-512 signature under alg RS256"] = (forge => forge.Key.SignWith(
            forge.Key.Header, forge.Payload, HashAlgorithmName.SHA512, RSASignaturePadding.Pkcs1), AccessTokenRejection.BadSignature);
    }

    private static void AddHeaders(Dictionary<string, (Func<TokenForge, string>, AccessTokenRejection)> all)
    {
        foreach (var type in (string[])["JWT", "jwt", "AT+JWT", "application/at+jwt", "at+jwt ", "id+jwt", "dpop+jwt", ""])
        {
            all[$"typ '{type}'"] = (forge => forge.Key.Sign(
                $$"""{"alg":"RS256","typ":"{{type}}","kid":"{{forge.Key.Id}}"}""", forge.Payload), AccessTokenRejection.WrongType);
        }

        all["typ missing"] = (
            forge => forge.Key.Sign($$"""{"alg":"RS256","kid":"{{forge.Key.Id}}"}""", forge.Payload),
            AccessTokenRejection.WrongType);

        foreach (var (name, member) in (ReadOnlySpan<(string, string)>)
        [
            ("jku", "\"jku\":\"http://evil.example/keys\""),
            ("x5u", "\"x5u\":\"http://evil.example/cert\""),
            ("x5c", "\"x5c\":[\"MIIB\"]"),
            ("x5t", "\"x5t\":\"AAAA\""),
            ("jwk", $"\"jwk\":{Stranger.Jwk}"),
            ("crit", "\"crit\":[\"exp\"]"),
            ("crit b64", "\"crit\":[\"b64\"],\"b64\":false"),
            ("zip", "\"zip\":\"DEF\""),
            ("cty", "\"cty\":\"JWT\""),
            ("unknown member", "\"admin\":true"),
        ])
        {
            all[$"header with {name}"] = (forge => forge.Key.Sign(
                $$"""{"alg":"RS256","typ":"at+jwt","kid":"{{forge.Key.Id}}",{{member}}}""", forge.Payload),
                AccessTokenRejection.UnsupportedHeader);
        }

        all["jwk header that verifies it"] = (forge => Stranger.Sign(
            $$"""{"alg":"RS256","typ":"at+jwt","kid":"{{Stranger.Id}}","jwk":{{Stranger.Jwk}}}""", forge.Payload),
            AccessTokenRejection.UnsupportedHeader);
    }

    private static void AddKeyIds(Dictionary<string, (Func<TokenForge, string>, AccessTokenRejection)> all)
    {
        foreach (var id in (string[])
        [
            "../../../../dev/null", "/etc/passwd", "' OR '1'='1", "x'; DROP TABLE keys; --", "http://evil.example/keys",
            "file:///etc/passwd",
            "\\u0000", "..%2f..%2f", "$(id)", "", " ", "key-1",
        ])
        {
            all[$"kid '{id}'"] = (
                forge => forge.Key.Sign($$"""{"alg":"RS256","typ":"at+jwt","kid":"{{id}}"}""", forge.Payload),
                AccessTokenRejection.UnknownKey);
        }

        all["kid followed by NUL"] = (forge => forge.Key.Sign(
            $$"""{"alg":"RS256","typ":"at+jwt","kid":"{{forge.Key.Id}}\u0000"}""", forge.Payload), AccessTokenRejection.UnknownKey);
        all["kid missing"] = (
            forge => forge.Key.Sign("""{"alg":"RS256","typ":"at+jwt"}""", forge.Payload),
            AccessTokenRejection.UnknownKey);
        all["kid null"] = (
            forge => forge.Key.Sign("""{"alg":"RS256","typ":"at+jwt","kid":null}""", forge.Payload),
            AccessTokenRejection.UnknownKey);
        all["kid an array"] = (forge => forge.Key.Sign(
            $$"""{"alg":"RS256","typ":"at+jwt","kid":["{{forge.Key.Id}}"]}""", forge.Payload), AccessTokenRejection.UnknownKey);
        all["kid of 1 MB"] = (forge => forge.Key.Sign(
            $$"""{"alg":"RS256","typ":"at+jwt","kid":"{{new string('k', 1 << 20)}}"}""", forge.Payload), AccessTokenRejection.TooLong);
        all["kid not Unicode"] = (
            forge => forge.Key.Sign("""{"alg":"RS256","typ":"at+jwt","kid":"\ud800"}""", forge.Payload),
            AccessTokenRejection.Malformed);
    }

    private static void AddSignatures(Dictionary<string, (Func<TokenForge, string>, AccessTokenRejection)> all)
    {
        all["signature stripped"] = (forge => Segments(forge)[0] + "." + Segments(forge)[1] + ".", AccessTokenRejection.Malformed);
        all["signature and its dot stripped"] = (forge => Segments(forge)[0] + "." + Segments(forge)[1], AccessTokenRejection.Malformed);
        all["signature cut short"] = (forge => forge.Token[..^2], AccessTokenRejection.BadSignature);
        all["signature all zero"] = (forge => Resign(forge, new byte[256]), AccessTokenRejection.BadSignature);
        all["signature of one byte"] = (forge => Resign(forge, [0]), AccessTokenRejection.BadSignature);
        all["signature with a byte more"] = (
            forge => Resign(forge, [.. Base64Url.DecodeFromChars(Segments(forge)[2]), 0]), AccessTokenRejection.BadSignature);
        all["signature in non-canonical base64url"] = (forge => NonCanonical(forge.Token), AccessTokenRejection.Malformed);
        all["signature with padding"] = (forge => forge.Token + "==", AccessTokenRejection.Malformed);
        all["signed by a stranger under our kid"] = (
            forge => Stranger.Sign(forge.Key.Header, forge.Payload), AccessTokenRejection.BadSignature);
        all["payload of another token"] = (forge =>
            $"{Segments(forge)[0]}.{Encode(forge.PayloadWith(lifetimeSeconds: 900))}.{Segments(forge)[2]}",
            AccessTokenRejection.BadSignature);
        all["header spelled otherwise"] = (forge =>
            $"{Encode(forge.Key.Header.Replace(",", ", ", StringComparison.Ordinal))}.{Segments(forge)[1]}.{Segments(forge)[2]}",
            AccessTokenRejection.BadSignature);
    }

    private static void AddClaims(Dictionary<string, (Func<TokenForge, string>, AccessTokenRejection)> all)
    {
        void Add(string name, string from, string to, AccessTokenRejection reason) => all[name] = (forge =>
        {
            var payload = forge.Payload.Replace(from, to, StringComparison.Ordinal);
            Assert.NotEqual(forge.Payload, payload);
            return forge.Key.Sign(forge.Key.Header, payload);
        }, reason);

        const string Issuer = "\"iss\":\"aspirekv-auth\"";
        const string Audience = "\"aud\":\"aspirekv\"";
        const string Subject = "\"sub\":\"user@example.com\"";
        Add("iss of another", Issuer, "\"iss\":\"evil\"", AccessTokenRejection.WrongIssuer);
        Add("iss in other case", Issuer, "\"iss\":\"Aspirekv-Auth\"", AccessTokenRejection.WrongIssuer);
        Add("iss empty", Issuer, "\"iss\":\"\"", AccessTokenRejection.WrongIssuer);
        Add("iss missing", Issuer + ",", "", AccessTokenRejection.MalformedClaims);
        Add("iss an array", Issuer, "\"iss\":[\"aspirekv-auth\"]", AccessTokenRejection.MalformedClaims);
        Add("iss twice", Issuer, "\"iss\":\"evil\"," + Issuer, AccessTokenRejection.Malformed);
        Add("aud of another", Audience, "\"aud\":\"other\"", AccessTokenRejection.WrongAudience);
        Add("aud with a slash", Audience, "\"aud\":\"aspirekv/\"", AccessTokenRejection.WrongAudience);
        Add("aud missing", Audience + ",", "", AccessTokenRejection.MalformedClaims);
        Add("aud of many", Audience, "\"aud\":[\"aspirekv\",\"other\"]", AccessTokenRejection.MalformedClaims);
        Add("sub missing", Subject + ",", "", AccessTokenRejection.MalformedClaims);
        Add("sub empty", Subject, "\"sub\":\"\"", AccessTokenRejection.MalformedClaims);
        Add("sub twice", Subject, Subject + ",\"sub\":\"admin@example.com\"", AccessTokenRejection.Malformed);
        Add("sub an object", Subject, "\"sub\":{\"a\":1}", AccessTokenRejection.MalformedClaims);
        Add("sub with a line feed", Subject, "\"sub\":\"a\\nb\"", AccessTokenRejection.MalformedClaims);
        Add("sub too long", Subject, $"\"sub\":\"{new string('a', 255)}\"", AccessTokenRejection.MalformedClaims);
        Add("sub not Unicode", Subject, "\"sub\":\"\\udc00\"", AccessTokenRejection.Malformed);
        Add("a nested duplicate", Subject, Subject + ",\"x\":{\"a\":1,\"a\":2}", AccessTokenRejection.Malformed);
        Add("payload nested deeply", Subject, Subject + ",\"x\":[[[[[[1]]]]]]", AccessTokenRejection.Malformed);
    }

    private static void AddTimes(Dictionary<string, (Func<TokenForge, string>, AccessTokenRejection)> all)
    {
        void Add(string name, string claim, Func<long, string> value, AccessTokenRejection reason) => all[name] = (forge =>
        {
            var old = claim == "exp" ? forge.Now + 600 : forge.Now;
            var payload = forge.Payload.Replace(
                string.Create(CultureInfo.InvariantCulture, $"\"{claim}\":{old}"), value(forge.Now), StringComparison.Ordinal);
            Assert.NotEqual(forge.Payload, payload);
            return forge.Key.Sign(forge.Key.Header, payload);
        }, reason);

        Add("exp passed", "exp", now => $"\"exp\":{now - 31}", AccessTokenRejection.Expired);
        Add("exp long ago", "exp", _ => "\"exp\":1", AccessTokenRejection.Expired);
        Add("exp missing", "exp", _ => "\"x\":1", AccessTokenRejection.MalformedClaims);
        Add("exp zero", "exp", _ => "\"exp\":0", AccessTokenRejection.MalformedClaims);
        Add("exp negative", "exp", _ => "\"exp\":-1", AccessTokenRejection.MalformedClaims);
        Add("exp text", "exp", now => $"\"exp\":\"{now + 600}\"", AccessTokenRejection.MalformedClaims);
        Add("exp null", "exp", _ => "\"exp\":null", AccessTokenRejection.MalformedClaims);
        Add("exp a fraction", "exp", now => $"\"exp\":{now + 600}.5", AccessTokenRejection.MalformedClaims);
        Add("exp beyond all integers", "exp", _ => "\"exp\":1e400", AccessTokenRejection.MalformedClaims);
        Add("exp beyond 64 bits", "exp", _ => "\"exp\":99999999999999999999", AccessTokenRejection.MalformedClaims);
        Add("exp the largest integer", "exp", _ => $"\"exp\":{long.MaxValue}", AccessTokenRejection.MalformedClaims);
        Add("exp in the year 9999", "exp", _ => "\"exp\":252000000000", AccessTokenRejection.LifetimeTooLong);
        Add("exp in a week", "exp", now => $"\"exp\":{now + 604_800}", AccessTokenRejection.LifetimeTooLong);
        Add("exp twice", "exp", now => $"\"exp\":{now - 100},\"exp\":{now + 600}", AccessTokenRejection.Malformed);
        Add("nbf in the future", "nbf", now => $"\"nbf\":{now + 31}", AccessTokenRejection.NotYetValid);
        Add("nbf text", "nbf", _ => "\"nbf\":\"now\"", AccessTokenRejection.MalformedClaims);
        Add("iat in the future", "iat", now => $"\"iat\":{now + 31}", AccessTokenRejection.NotYetValid);
        Add("iat missing", "iat", _ => "\"x\":1", AccessTokenRejection.MalformedClaims);
    }

    private static void AddShapes(Dictionary<string, (Func<TokenForge, string>, AccessTokenRejection)> all)
    {
        all["nothing"] = (_ => "", AccessTokenRejection.Malformed);
        all["dots"] = (_ => "..", AccessTokenRejection.Malformed);
        all["garbage"] = (_ => "garbage", AccessTokenRejection.Malformed);
        all["garbage in three segments"] = (_ => "abcd.efgh.ijkl", AccessTokenRejection.Malformed);
        all["not ASCII"] = (forge => forge.Token + "ä", AccessTokenRejection.Malformed);
        all["NUL behind it"] = (forge => forge.Token + "\0", AccessTokenRejection.Malformed);
        all["line feed behind it"] = (forge => forge.Token + "\n", AccessTokenRejection.Malformed);
        all["base64 instead of base64url"] = (forge => forge.Token[..^1] + "+", AccessTokenRejection.Malformed);
        all["two tokens"] = (forge => $"{forge.Token},{forge.Token}", AccessTokenRejection.Malformed);
        all["a fourth segment"] = (forge => forge.Token + ".AAAA", AccessTokenRejection.Malformed);
        all["JWE"] = (
            forge => $"{Encode("""{"alg":"dir","enc":"A128GCM"}""")}..AAAA.{Encode(forge.Payload)}.AAAA", AccessTokenRejection.Malformed);
        all["JWS in JSON form"] = (
            forge => $$"""{"payload":"{{Encode(forge.Payload)}}","signatures":[]}""",
            AccessTokenRejection.Malformed);
        all["header an array"] = (forge => forge.Key.Sign("[]", forge.Payload), AccessTokenRejection.Malformed);
        all["header not JSON"] = (forge => forge.Key.Sign("hello", forge.Payload), AccessTokenRejection.Malformed);
        all["payload an array"] = (forge => forge.Key.Sign(forge.Key.Header, "[1]"), AccessTokenRejection.MalformedClaims);
        all["payload text"] = (forge => forge.Key.Sign(forge.Key.Header, "\"admin\""), AccessTokenRejection.MalformedClaims);
        all["payload not JSON"] = (forge => forge.Key.Sign(forge.Key.Header, "{iss:1}"), AccessTokenRejection.Malformed);
        all["payload not UTF-8"] = (
            forge =>
                forge.Key.Sign(Encoding.UTF8.GetBytes(forge.Key.Header), [0x7b, 0x22, 0xff, 0x22, 0x7d]), AccessTokenRejection.Malformed);
        all["payload with JSON behind it"] = (
            forge => forge.Key.Sign(forge.Key.Header, forge.Payload + "{}"), AccessTokenRejection.Malformed);
        all["a byte too long"] = (forge => forge.Key.Sign(
            forge.Key.Header, forge.PayloadWith($",\"x\":\"{new string('x', 4096)}\"")), AccessTokenRejection.TooLong);
    }

    private static string WithAlgorithm(TokenForge forge, string algorithm) =>
        $$"""{"alg":"{{algorithm}}","typ":"at+jwt","kid":"{{forge.Key.Id}}"}""";

    private static string Hmac(TokenForge forge, byte[] secret)
    {
        var signed = TestKey.Unsigned(WithAlgorithm(forge, "HS256"), forge.Payload);
        return $"{signed}.{Base64Url.EncodeToString(HMACSHA256.HashData(secret, Encoding.ASCII.GetBytes(signed)))}";
    }

    private static string[] Segments(TokenForge forge) => forge.Token.Split('.');

    private static string Resign(TokenForge forge, byte[] signature) =>
        $"{Segments(forge)[0]}.{Segments(forge)[1]}.{Base64Url.EncodeToString(signature)}";

    private static string Encode(string text) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));

    /// <summary>256 bytes leave four bits of the last character unused; a set one decodes to the same bytes.</summary>
    private static string NonCanonical(string token)
    {
        const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        return token[..^1] + Alphabet[Alphabet.IndexOf(token[^1], StringComparison.Ordinal) | 1];
    }
}
