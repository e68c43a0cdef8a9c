using Microsoft.Extensions.Hosting;

namespace AspireKv.AppHost;

/// <summary>What all services of the solution have in common as resources.</summary>
internal static class ServiceExtensions
{
    /// <summary>
    /// Adds a program of this solution. The program is run as itself and not by way of <c>dotnet run</c>: seven of those would only hold
    /// about 1 GB of memory between Aspire and the programs, and the process that the dashboard names would not be the one that serves.
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
        .WithOperatorsLink("/scalar", "API reference")
        .WithOperatorsLink("/metrics", "Metrics")
        .WithUrlForEndpoint("http", static _ => new ResourceUrlAnnotation { Url = "/health", DisplayText = "Health" });

    /// <summary>A link to what a service has on its own address in Development only.</summary>
    public static IResourceBuilder<ProjectResource> WithOperatorsLink(
        this IResourceBuilder<ProjectResource> service, string path, string text) =>
        service.ApplicationBuilder.Environment.IsDevelopment()
            ? service.WithUrlForEndpoint("http", _ => new ResourceUrlAnnotation { Url = path, DisplayText = text })
            : service;
}
