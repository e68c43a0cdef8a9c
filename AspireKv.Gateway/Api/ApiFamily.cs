namespace AspireKv.Gateway.Api;

/// <summary>How a route speaks to its clients.</summary>
internal enum ApiFamily
{
    /// <summary><c>/v1</c> and everything else: HTTP semantics, problem+json errors (RFC 9457).</summary>
    V1,

    /// <summary>The routes of the first version: JSON with a <c>status</c> in both directions.</summary>
    Seed,
}
