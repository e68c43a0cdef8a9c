using Aspire.Hosting.ApplicationModel;

namespace AspireKv.LocalHost;

/// <summary>What a described project looks like to the dashboard, and to itself.</summary>
internal static class ProjectSnapshots
{
    public const string ProjectType = "Project";
    public const string ParameterType = "Parameter";

    public static ResourceSnapshot Initial(ProjectResource resource, ResourceIdentity identity, DateTimeOffset now) =>
        new(identity.Name, identity.DisplayName, ProjectType, now)
        {
            HasCommands = true,
            Urls = [.. resource.Endpoints.Select(static endpoint => new ResourceSnapshot.ResourceUrl(endpoint.Name, endpoint.Url, IsInternal: false))],
            Health = [.. resource.HealthChecks.Select(check => new ResourceSnapshot.HealthState(HealthName(resource, check), null, "Not asked yet."))],
            Details = [new("project.path", "Project path", resource.Project.ProjectPath)],
            Relationships = [.. resource.Relationships.Select(static link => new ResourceSnapshot.Relationship(link.Target.Name, link.Type)).Distinct()],
        };

    public static ResourceSnapshot Of(ParameterResource parameter, DateTimeOffset now) =>
        new(parameter.Name, parameter.Name, ParameterType, now)
        {
            State = ResourceStates.Running,
            Details = [new("Value", "Value", parameter.Value, parameter.Secret)],
        };

    public static string HealthName(ProjectResource resource, ProjectHealthCheck check) =>
        $"{resource.Name}_{check.EndpointName}_{check.Path}_{check.StatusCode}_check";

    /// <summary>" at URL, URL", or nothing.</summary>
    public static string UrlsOf(ProjectResource resource) => resource.Endpoints.Count == 0
        ? ""
        : " at " + string.Join(", ", resource.Endpoints.Select(static endpoint => endpoint.Url));

    /// <summary>Telemetry's variables, then where to listen, then what the AppHost says: a later value of the same name wins.</summary>
    public static Dictionary<string, string> EnvironmentOf(
        ProjectResource resource, ResourceIdentity identity, IReadOnlyDictionary<string, string> telemetry)
    {
        var environment = new Dictionary<string, string>(telemetry)
        {
            ["OTEL_SERVICE_NAME"] = identity.DisplayName,
            ["OTEL_RESOURCE_ATTRIBUTES"] = $"service.instance.id={identity.InstanceId}",
        };
        var urls = resource.Endpoints.Where(static endpoint => endpoint.IsHttp).Select(static endpoint => endpoint.Url).ToArray();
        if (urls.Length > 0)
        {
            environment["ASPNETCORE_URLS"] = string.Join(';', urls);
        }

        foreach (var variable in resource.Environment)
        {
            environment[variable.Name] = variable.Value();
        }

        return environment;
    }
}
