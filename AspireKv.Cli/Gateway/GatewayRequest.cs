namespace AspireKv.Cli.Gateway;

/// <summary>A request to the gateway.</summary>
/// <param name="Method">The HTTP method.</param>
/// <param name="Path">The route, below the gateway's address and without a slash before it.</param>
internal sealed record GatewayRequest(HttpMethod Method, string Path)
{
    /// <summary>Whether it changes something: then a lost answer leaves unknown whether it did.</summary>
    public bool IsOrder { get; init; }

    /// <summary>JSON, or null.</summary>
    public string? Body { get; init; }

    /// <summary>The generation that the order expects, or null.</summary>
    public long? IfMatch { get; init; }

    public static GatewayRequest Get(string path) => new(HttpMethod.Get, path);
}
