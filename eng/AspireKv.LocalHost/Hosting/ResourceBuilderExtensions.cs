using System.Net.Sockets;
using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting;

/// <summary>The part of Aspire's class of the same name that AspireKv.AppHost uses.</summary>
public static class ResourceBuilderExtensions
{
    private const string ReferenceRelationship = "Reference";
    private const string WaitForRelationship = "WaitFor";
    private const string HttpEndpointName = "http";

    /// <summary>Makes a project listen for HTTP. Nothing stands between it and its clients, whatever <paramref name="isProxied"/> says.</summary>
    public static IResourceBuilder<T> WithHttpEndpoint<T>(
        this IResourceBuilder<T> builder, int? port = null, int? targetPort = null, string? name = null, string? env = null, bool isProxied = true)
        where T : IResourceWithEndpoints =>
        builder.WithEndpoint(port, targetPort, HttpEndpointName, name, env, isProxied);

    /// <inheritdoc cref="WithHttpEndpoint"/>
    public static IResourceBuilder<T> WithEndpoint<T>(
        this IResourceBuilder<T> builder,
        int? port = null,
        int? targetPort = null,
        string? scheme = null,
        string? name = null,
        string? env = null,
        bool isProxied = true,
        bool? isExternal = null,
        ProtocolType? protocol = null)
        where T : IResourceWithEndpoints
    {
        if (port is { } outer && targetPort is { } inner && outer != inner)
        {
            throw new NotSupportedException("The local host has no proxy: port and targetPort must be the same.");
        }

        scheme ??= protocol?.ToString().ToLowerInvariant() ?? "tcp";
        var project = Project(builder);
        var endpoint = new ProjectEndpoint(name ?? scheme, scheme, port ?? targetPort) { IsExternal = isExternal ?? false };
        project.Endpoints.Add(endpoint);
        if (env is not null)
        {
            project.Environment.Add(new(env, () => endpoint.Port.ToString()!));
        }

        return builder;
    }

    public static IResourceBuilder<T> WithExternalHttpEndpoints<T>(this IResourceBuilder<T> builder)
        where T : IResourceWithEndpoints
    {
        foreach (var endpoint in Project(builder).Endpoints.Where(static endpoint => endpoint.IsHttp))
        {
            endpoint.IsExternal = true;
        }

        return builder;
    }

    public static IResourceBuilder<T> WithEnvironment<T>(this IResourceBuilder<T> builder, string name, string? value)
        where T : IResourceWithEnvironment
    {
        Project(builder).Environment.Add(new(name, () => value ?? ""));
        return builder;
    }

    public static IResourceBuilder<T> WithEnvironment<T>(
        this IResourceBuilder<T> builder, string name, IResourceBuilder<ParameterResource> parameter)
        where T : IResourceWithEnvironment
    {
        ArgumentNullException.ThrowIfNull(parameter);
        Project(builder).Environment.Add(new(name, () => parameter.Resource.Value));
        return builder.WithReferenceRelationship(parameter);
    }

    /// <summary>Tells a project where another listens: <c>services__NAME__ENDPOINT__0</c> for each endpoint.</summary>
    public static IResourceBuilder<TDestination> WithReference<TDestination>(
        this IResourceBuilder<TDestination> builder, IResourceBuilder<IResourceWithServiceDiscovery> source)
        where TDestination : IResourceWithEnvironment
    {
        ArgumentNullException.ThrowIfNull(source);
        foreach (var endpoint in Project(source).Endpoints)
        {
            Project(builder).Environment.Add(new($"services__{source.Resource.Name}__{endpoint.Name}__0", () => endpoint.Url));
        }

        return builder.WithReferenceRelationship(source);
    }

    /// <summary>Shows in the dashboard that one resource refers to another.</summary>
    public static IResourceBuilder<T> WithReferenceRelationship<T>(this IResourceBuilder<T> builder, IResourceBuilder<IResource> resourceBuilder)
        where T : IResource
    {
        ArgumentNullException.ThrowIfNull(resourceBuilder);
        Project(builder).Relationships.Add(new(resourceBuilder.Resource, ReferenceRelationship));
        return builder;
    }

    /// <summary>Starts a project only once another one runs and is healthy.</summary>
    public static IResourceBuilder<T> WaitFor<T>(this IResourceBuilder<T> builder, IResourceBuilder<IResource> dependency)
        where T : IResourceWithWaitSupport
    {
        ArgumentNullException.ThrowIfNull(dependency);
        var project = Project(builder);
        project.WaitsFor.Add(Project(dependency));
        project.Relationships.Add(new(dependency.Resource, WaitForRelationship));
        return builder;
    }

    /// <summary>A project is healthy once GET <paramref name="path"/> answers with <paramref name="statusCode"/> (200).</summary>
    public static IResourceBuilder<T> WithHttpHealthCheck<T>(
        this IResourceBuilder<T> builder, string? path = null, int? statusCode = null, string? endpointName = null)
        where T : IResourceWithEndpoints
    {
        Project(builder).HealthChecks.Add(new(endpointName ?? HttpEndpointName, path ?? "/", statusCode ?? 200));
        return builder;
    }

    private static ProjectResource Project<T>(IResourceBuilder<T> builder)
        where T : IResource
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.Resource as ProjectResource
            ?? throw new NotSupportedException($"The local host can do this only with a project, and '{builder.Resource.Name}' is none.");
    }
}
