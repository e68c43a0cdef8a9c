namespace AspireKv.Gateway.Routes;

/// <summary>How a route speaks to its clients.</summary>
internal enum ApiFamily
{
    /// <summary><c>/v1</c> and everything else: HTTP semantics, problem+json errors (RFC 9457).</summary>
    V1,

    /// <summary>The JSON routes, which were there first: JSON with a <c>status</c> in both directions.</summary>
    Json,
}
