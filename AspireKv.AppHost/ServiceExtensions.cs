namespace AspireKv.AppHost;

/// <summary>What all services of the solution have in common as resources.</summary>
internal static class ServiceExtensions
{
    /// <summary>
    /// Adds a program of this solution. It is run as itself and not by way of <c>dotnet run</c>: seven of those would only hold about
    /// 1 GB of memory between Aspire and the programs, and the process that the dashboard names would not be the one that serves.
    /// </summary>
    public static IResourceBuilder<ProjectResource> AddService<TProject>(this IDistributedApplicationBuilder builder, string name)
        where TProject : IProjectMetadata, new()
    {
        var project = new TProject().ProjectPath;
        var environment = builder.Environment.EnvironmentName;
        return builder.AddProject<TProject>(name, launchProfileName: null)
            .WithAnnotation(new ExecutableAnnotation
            {
                Command = ServiceExecutable.Of(project),
                WorkingDirectory = Path.GetDirectoryName(project)!,
            })
            // Everything speaks plain HTTP on this machine. Without this, the dashboard misses a development certificate that nothing
            // would use.
            .WithoutHttpsCertificate()
            .WithEnvironment("DOTNET_ENVIRONMENT", environment)
            .WithEnvironment("ASPNETCORE_ENVIRONMENT", environment);
    }

    /// <summary>The links under the gateway's address, with what is behind each.</summary>
    public static IResourceBuilder<ProjectResource> WithGatewayLinks(this IResourceBuilder<ProjectResource> gateway) => gateway
        .WithUrlForEndpoint("http", static url => url.DisplayText = "Gateway")
        .WithUrlForEndpoint("http", static _ => new ResourceUrlAnnotation { Url = "/scalar", DisplayText = "API reference" })
        .WithUrlForEndpoint("http", static _ => new ResourceUrlAnnotation { Url = "/metrics", DisplayText = "Metrics" })
        .WithUrlForEndpoint("http", static _ => new ResourceUrlAnnotation { Url = "/health", DisplayText = "Health" });
}
