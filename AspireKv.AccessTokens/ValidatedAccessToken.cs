namespace AspireKv.AccessTokens;

/// <summary>A token whose signature and claims were checked. Shared by every request that carries it: immutable.</summary>
public sealed class ValidatedAccessToken
{
    private readonly byte[] _bytes;

    internal ValidatedAccessToken(byte[] bytes, string subject, DateTimeOffset expiresAt)
    {
        _bytes = bytes;
        Subject = subject;
        ExpiresAt = expiresAt;
    }

    /// <summary>Whom it was issued to (<c>sub</c>): an e-mail address in lower case.</summary>
    public string Subject { get; }

    /// <summary>The token's <c>exp</c>; the token is accepted until the clock skew after that.</summary>
    public DateTimeOffset ExpiresAt { get; }

    /// <summary>The token as it was sent, in ASCII: what a gateway passes on without encoding it again.</summary>
    public ReadOnlyMemory<byte> Bytes => _bytes;

    internal byte[] Key => _bytes;
}
