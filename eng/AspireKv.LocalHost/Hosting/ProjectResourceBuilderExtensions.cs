using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting;

public static class ProjectResourceBuilderExtensions
{
    /// <summary>Adds a project of this solution. Launch profiles are not read here, so <paramref name="launchProfileName"/> must be null.</summary>
    public static IResourceBuilder<ProjectResource> AddProject<TProject>(
        this IDistributedApplicationBuilder builder, string name, string? launchProfileName)
        where TProject : IProjectMetadata, new()
    {
        ArgumentNullException.ThrowIfNull(builder);
        if (launchProfileName is not null)
        {
            throw new NotSupportedException("The local host reads no launch profiles: pass null, and describe the endpoints.");
        }

        return builder.Local().Add(new ProjectResource(name, new TProject()));
    }

    internal static DistributedApplicationBuilder Local(this IDistributedApplicationBuilder builder) =>
        (DistributedApplicationBuilder)builder;
}
