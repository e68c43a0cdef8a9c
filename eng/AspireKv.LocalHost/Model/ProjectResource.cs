namespace Aspire.Hosting.ApplicationModel;

/// <summary>A .NET project that runs as a process. What <c>With…</c> calls add to it is read when the application starts.</summary>
public sealed class ProjectResource : IResourceWithEnvironment, IResourceWithServiceDiscovery, IResourceWithWaitSupport
{
    internal ProjectResource(string name, IProjectMetadata project) => (Name, Project) = (name, project);

    public string Name { get; }

    internal IProjectMetadata Project { get; }

    internal List<ProjectEndpoint> Endpoints { get; } = [];

    /// <summary>In the order of the calls: a later value of the same name wins.</summary>
    internal List<ProjectVariable> Environment { get; } = [];

    internal List<ProjectHealthCheck> HealthChecks { get; } = [];

    internal List<ProjectResource> WaitsFor { get; } = [];

    internal List<ResourceRelationship> Relationships { get; } = [];
}
