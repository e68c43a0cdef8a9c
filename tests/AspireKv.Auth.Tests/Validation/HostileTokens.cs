using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using AspireKv.Auth.Tests.Support;
using AspireKv.ServiceDefaults.AccessTokens;

namespace AspireKv.Auth.Tests.Validation;

/// <summary>Tokens that must never be accepted, each with the reason it must be refused for.</summary>
internal static class HostileTokens
{
    private static readonly TestKey Stranger = new();

    public static IReadOnlyDictionary<string, (Func<ValidationHost, string> Make, AccessTokenRejection Reason)> All { get; } = Build();

    private static Dictionary<string, (Func<ValidationHost, string>, AccessTokenRejection)> Build()
    {
        var all = new Dictionary<string, (Func<ValidationHost, string>, AccessTokenRejection)>();
        AddAlgorithms(all);
        AddHeaders(all);
        AddKeyIds(all);
        AddSignatures(all);
        AddClaims(all);
        AddTimes(all);
        AddShapes(all);
        return all;
    }

    private static void AddAlgorithms(Dictionary<string, (Func<ValidationHost, string>, AccessTokenRejection)> all)
    {
        foreach (var none in (string[])["none", "None", "NONE", "nOnE", "none ", " none", "no\\u006ee", "", "null"])
        {
            all[$"alg '{none}' without signature"] =
                (host => TestKey.Unsigned(WithAlgorithm(host, none), host.Payload) + ".", AccessTokenRejection.Malformed);
            all[$"alg '{none}' with signature"] = (host => host.Key.Sign(WithAlgorithm(host, none), host.Payload), AccessTokenRejection.WrongAlgorithm);
        }

        foreach (var other in (string[])["HS256", "HS384", "HS512", "RS384", "RS512", "PS256", "ES256", "EdDSA", "rs256", "Rs256", "RS256 ", "dir", "RSA-OAEP"])
        {
            all[$"alg '{other}'"] = (host => host.Key.Sign(WithAlgorithm(host, other), host.Payload), AccessTokenRejection.WrongAlgorithm);
        }

        all["HS256 with the public key as secret"] = (host => Hmac(host, host.Key.PublicPem), AccessTokenRejection.WrongAlgorithm);
        all["HS256 with the modulus as secret"] = (host => Hmac(host, host.Key.Public.Modulus!), AccessTokenRejection.WrongAlgorithm);
        all["alg a number"] = (host => host.Key.Sign($$"""{"alg":256,"typ":"at+jwt","kid":"{{host.Key.Id}}"}""", host.Payload), AccessTokenRejection.WrongAlgorithm);
        all["alg an array"] = (host => host.Key.Sign($$"""{"alg":["RS256"],"typ":"at+jwt","kid":"{{host.Key.Id}}"}""", host.Payload), AccessTokenRejection.WrongAlgorithm);
        all["alg missing"] = (host => host.Key.Sign($$"""{"typ":"at+jwt","kid":"{{host.Key.Id}}"}""", host.Payload), AccessTokenRejection.WrongAlgorithm);
        all["alg twice, none first"] = (host => host.Key.Sign(
            $$"""{"alg":"none","alg":"RS256","typ":"at+jwt","kid":"{{host.Key.Id}}"}""", host.Payload), AccessTokenRejection.Malformed);
        all["alg twice, none last"] = (host => host.Key.Sign(
            $$"""{"alg":"RS256","typ":"at+jwt","kid":"{{host.Key.Id}}","alg":"none"}""", host.Payload), AccessTokenRejection.Malformed);
        all["alg twice, one escaped"] = (host => host.Key.Sign(
            $$"""{"alg":"RS256","typ":"at+jwt","kid":"{{host.Key.Id}}","\u0061lg":"none"}""", host.Payload), AccessTokenRejection.Malformed);
        all["PS256 signature under alg RS256"] = (host => host.Key.SignWith(
            host.Key.Header, host.Payload, HashAlgorithmName.SHA256, RSASignaturePadding.Pss), AccessTokenRejection.BadSignature);
        all["SHA-512 signature under alg RS256"] = (host => host.Key.SignWith(
            host.Key.Header, host.Payload, HashAlgorithmName.SHA512, RSASignaturePadding.Pkcs1), AccessTokenRejection.BadSignature);
    }

    private static void AddHeaders(Dictionary<string, (Func<ValidationHost, string>, AccessTokenRejection)> all)
    {
        foreach (var type in (string[])["JWT", "jwt", "AT+JWT", "application/at+jwt", "at+jwt ", "id+jwt", "dpop+jwt", ""])
        {
            all[$"typ '{type}'"] = (host => host.Key.Sign(
                $$"""{"alg":"RS256","typ":"{{type}}","kid":"{{host.Key.Id}}"}""", host.Payload), AccessTokenRejection.WrongType);
        }

        all["typ missing"] = (host => host.Key.Sign($$"""{"alg":"RS256","kid":"{{host.Key.Id}}"}""", host.Payload), AccessTokenRejection.WrongType);

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
            all[$"header with {name}"] = (host => host.Key.Sign(
                $$"""{"alg":"RS256","typ":"at+jwt","kid":"{{host.Key.Id}}",{{member}}}""", host.Payload), AccessTokenRejection.UnsupportedHeader);
        }

        all["jwk header that verifies it"] = (host => Stranger.Sign(
            $$"""{"alg":"RS256","typ":"at+jwt","kid":"{{Stranger.Id}}","jwk":{{Stranger.Jwk}}}""", host.Payload), AccessTokenRejection.UnsupportedHeader);
    }

    private static void AddKeyIds(Dictionary<string, (Func<ValidationHost, string>, AccessTokenRejection)> all)
    {
        foreach (var id in (string[])
        [
            "../../../../dev/null", "/etc/passwd", "' OR '1'='1", "x'; DROP TABLE keys; --", "http://evil.example/keys", "file:///etc/passwd",
            "\\u0000", "..%2f..%2f", "$(id)", "", " ", "key-1",
        ])
        {
            all[$"kid '{id}'"] = (host => host.Key.Sign($$"""{"alg":"RS256","typ":"at+jwt","kid":"{{id}}"}""", host.Payload), AccessTokenRejection.UnknownKey);
        }

        all["kid followed by NUL"] = (host => host.Key.Sign(
            $$"""{"alg":"RS256","typ":"at+jwt","kid":"{{host.Key.Id}}\u0000"}""", host.Payload), AccessTokenRejection.UnknownKey);
        all["kid missing"] = (host => host.Key.Sign("""{"alg":"RS256","typ":"at+jwt"}""", host.Payload), AccessTokenRejection.UnknownKey);
        all["kid null"] = (host => host.Key.Sign("""{"alg":"RS256","typ":"at+jwt","kid":null}""", host.Payload), AccessTokenRejection.UnknownKey);
        all["kid an array"] = (host => host.Key.Sign(
            $$"""{"alg":"RS256","typ":"at+jwt","kid":["{{host.Key.Id}}"]}""", host.Payload), AccessTokenRejection.UnknownKey);
        all["kid of 1 MB"] = (host => host.Key.Sign(
            $$"""{"alg":"RS256","typ":"at+jwt","kid":"{{new string('k', 1 << 20)}}"}""", host.Payload), AccessTokenRejection.TooLong);
        all["kid not Unicode"] = (host => host.Key.Sign("""{"alg":"RS256","typ":"at+jwt","kid":"\ud800"}""", host.Payload), AccessTokenRejection.Malformed);
    }

    private static void AddSignatures(Dictionary<string, (Func<ValidationHost, string>, AccessTokenRejection)> all)
    {
        all["signature stripped"] = (host => Segments(host)[0] + "." + Segments(host)[1] + ".", AccessTokenRejection.Malformed);
        all["signature and its dot stripped"] = (host => Segments(host)[0] + "." + Segments(host)[1], AccessTokenRejection.Malformed);
        all["signature cut short"] = (host => host.Token[..^2], AccessTokenRejection.BadSignature);
        all["signature all zero"] = (host => Resign(host, new byte[256]), AccessTokenRejection.BadSignature);
        all["signature of one byte"] = (host => Resign(host, [0]), AccessTokenRejection.BadSignature);
        all["signature with a byte more"] = (host => Resign(host, [.. Base64Url.DecodeFromChars(Segments(host)[2]), 0]), AccessTokenRejection.BadSignature);
        all["signature in non-canonical base64url"] = (host => NonCanonical(host.Token), AccessTokenRejection.Malformed);
        all["signature with padding"] = (host => host.Token + "==", AccessTokenRejection.Malformed);
        all["signed by a stranger under our kid"] = (host => Stranger.Sign(host.Key.Header, host.Payload), AccessTokenRejection.BadSignature);
        all["payload of another token"] = (host =>
            $"{Segments(host)[0]}.{Encode(host.PayloadWith(lifetimeSeconds: 900))}.{Segments(host)[2]}", AccessTokenRejection.BadSignature);
        all["header spelled otherwise"] = (host =>
            $"{Encode(host.Key.Header.Replace(",", ", ", StringComparison.Ordinal))}.{Segments(host)[1]}.{Segments(host)[2]}", AccessTokenRejection.BadSignature);
    }

    private static void AddClaims(Dictionary<string, (Func<ValidationHost, string>, AccessTokenRejection)> all)
    {
        void Add(string name, string from, string to, AccessTokenRejection reason) => all[name] = (host =>
        {
            var payload = host.Payload.Replace(from, to, StringComparison.Ordinal);
            Assert.NotEqual(host.Payload, payload);
            return host.Key.Sign(host.Key.Header, payload);
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

    private static void AddTimes(Dictionary<string, (Func<ValidationHost, string>, AccessTokenRejection)> all)
    {
        void Add(string name, string claim, Func<long, string> value, AccessTokenRejection reason) => all[name] = (host =>
        {
            var old = claim == "exp" ? host.Now + 600 : host.Now;
            var payload = host.Payload.Replace(
                string.Create(CultureInfo.InvariantCulture, $"\"{claim}\":{old}"), value(host.Now), StringComparison.Ordinal);
            Assert.NotEqual(host.Payload, payload);
            return host.Key.Sign(host.Key.Header, payload);
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

    private static void AddShapes(Dictionary<string, (Func<ValidationHost, string>, AccessTokenRejection)> all)
    {
        all["nothing"] = (_ => "", AccessTokenRejection.Malformed);
        all["dots"] = (_ => "..", AccessTokenRejection.Malformed);
        all["garbage"] = (_ => "garbage", AccessTokenRejection.Malformed);
        all["garbage in three segments"] = (_ => "abcd.efgh.ijkl", AccessTokenRejection.Malformed);
        all["not ASCII"] = (host => host.Token + "ä", AccessTokenRejection.Malformed);
        all["NUL behind it"] = (host => host.Token + "\0", AccessTokenRejection.Malformed);
        all["line feed behind it"] = (host => host.Token + "\n", AccessTokenRejection.Malformed);
        all["base64 instead of base64url"] = (host => host.Token[..^1] + "+", AccessTokenRejection.Malformed);
        all["two tokens"] = (host => $"{host.Token},{host.Token}", AccessTokenRejection.Malformed);
        all["a fourth segment"] = (host => host.Token + ".AAAA", AccessTokenRejection.Malformed);
        all["JWE"] = (host => $"{Encode("""{"alg":"dir","enc":"A128GCM"}""")}..AAAA.{Encode(host.Payload)}.AAAA", AccessTokenRejection.Malformed);
        all["JWS in JSON form"] = (host => $$"""{"payload":"{{Encode(host.Payload)}}","signatures":[]}""", AccessTokenRejection.Malformed);
        all["header an array"] = (host => host.Key.Sign("[]", host.Payload), AccessTokenRejection.Malformed);
        all["header not JSON"] = (host => host.Key.Sign("hello", host.Payload), AccessTokenRejection.Malformed);
        all["payload an array"] = (host => host.Key.Sign(host.Key.Header, "[1]"), AccessTokenRejection.MalformedClaims);
        all["payload text"] = (host => host.Key.Sign(host.Key.Header, "\"admin\""), AccessTokenRejection.MalformedClaims);
        all["payload not JSON"] = (host => host.Key.Sign(host.Key.Header, "{iss:1}"), AccessTokenRejection.Malformed);
        all["payload not UTF-8"] = (host => host.Key.Sign(Encoding.UTF8.GetBytes(host.Key.Header), [0x7b, 0x22, 0xff, 0x22, 0x7d]), AccessTokenRejection.Malformed);
        all["payload with JSON behind it"] = (host => host.Key.Sign(host.Key.Header, host.Payload + "{}"), AccessTokenRejection.Malformed);
        all["a byte too long"] = (host => host.Key.Sign(
            host.Key.Header, host.PayloadWith($",\"x\":\"{new string('x', 4096)}\"")), AccessTokenRejection.TooLong);
    }

    private static string WithAlgorithm(ValidationHost host, string algorithm) =>
        $$"""{"alg":"{{algorithm}}","typ":"at+jwt","kid":"{{host.Key.Id}}"}""";

    private static string Hmac(ValidationHost host, byte[] secret)
    {
        var signed = TestKey.Unsigned(WithAlgorithm(host, "HS256"), host.Payload);
        return $"{signed}.{Base64Url.EncodeToString(HMACSHA256.HashData(secret, Encoding.ASCII.GetBytes(signed)))}";
    }

    private static string[] Segments(ValidationHost host) => host.Token.Split('.');

    private static string Resign(ValidationHost host, byte[] signature) =>
        $"{Segments(host)[0]}.{Segments(host)[1]}.{Base64Url.EncodeToString(signature)}";

    private static string Encode(string text) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));

    /// <summary>256 bytes leave four bits of the last character unused; a set one decodes to the same bytes.</summary>
    private static string NonCanonical(string token)
    {
        const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        return token[..^1] + Alphabet[Alphabet.IndexOf(token[^1], StringComparison.Ordinal) | 1];
    }
}
