namespace AspireKv.AccessTokens.Tests.Support;

/// <summary>Makes tokens, right and wrong, as of now.</summary>
internal sealed class TokenForge(TestKey key, TimeProvider time)
{
    public TestKey Key { get; } = key;

    /// <summary>Seconds since 1970.</summary>
    public long Now => time.GetUtcNow().ToUnixTimeSeconds();

    /// <summary>A valid payload at this moment.</summary>
    public string Payload => PayloadWith();

    public string Token => Key.Sign(Key.Header, Payload);

    public string PayloadWith(string more = "", int lifetimeSeconds = 600) =>
        $$"""{"iss":"aspirekv-auth","aud":"aspirekv","sub":"user@example.com","iat":{{Now}},"nbf":{{Now}},"""
        + $$""" "exp":{{Now + lifetimeSeconds}},"jti":"a1"{{more}}}""";
}
