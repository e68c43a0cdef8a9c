namespace AspireKv.Auth.Issuing;

/// <param name="Token">The token itself: a secret, never logged.</param>
/// <param name="Id">Its <c>jti</c>, by which logs may speak of it.</param>
internal readonly record struct IssuedAccessToken(string Token, string Id)
{
    public override string ToString() => Id;
}
