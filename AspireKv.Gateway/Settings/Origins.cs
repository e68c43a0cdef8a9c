namespace AspireKv.Gateway.Settings;

/// <summary>The origins of pages (RFC 6454): scheme, host and port, and nothing after them.</summary>
internal static class Origins
{
    public const string Any = "*";

    /// <summary>True for what a browser may send as <c>Origin</c>, and for <see cref="Any"/>.</summary>
    public static bool IsOrigin(string text) =>
        text == Any
        || (Uri.TryCreate(text, UriKind.Absolute, out var uri)
            && (uri.Scheme == Uri.UriSchemeHttp || uri.Scheme == Uri.UriSchemeHttps)
            && uri.GetLeftPart(UriPartial.Authority) == text
            && uri.UserInfo.Length == 0);
}
