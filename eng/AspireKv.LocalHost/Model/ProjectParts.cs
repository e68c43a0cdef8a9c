namespace Aspire.Hosting.ApplicationModel;

/// <summary>A place where a project listens.</summary>
internal sealed class ProjectEndpoint(string name, string scheme, int? port)
{
    public string Name => name;

    public string Scheme => scheme;

    /// <summary>As asked for; where nothing was, chosen when the application starts.</summary>
    public int? Port { get; set; } = port;

    public bool IsExternal { get; set; }

    public bool IsHttp => Scheme is "http" or "https";

    public string Url => $"{Scheme}://localhost:{Port ?? throw new InvalidOperationException($"Endpoint '{Name}' has no port yet.")}";
}

/// <summary>An environment variable, whose value may depend on ports that are not chosen yet.</summary>
internal sealed record ProjectVariable(string Name, Func<string> Value);

/// <summary>Healthy is what answers GET <paramref name="Path"/> with <paramref name="StatusCode"/>.</summary>
internal sealed record ProjectHealthCheck(string EndpointName, string Path, int StatusCode);

/// <summary>An arrow in the dashboard's graph.</summary>
internal sealed record ResourceRelationship(IResource Target, string Type);
