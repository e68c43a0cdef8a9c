using System.Globalization;
using Microsoft.Extensions.Hosting;

namespace AspireKv.AppHost;

/// <summary>The storage cluster in Aspire's terms.</summary>
internal static class StorageClusterExtensions
{
    private const string Node = "node";

    /// <summary>
    /// Adds node1 to nodeN. Each keeps its name, ports and data directory for ever, since it is a member of the cluster and not one of
    /// many copies; hence no WithReplicas, which would put a load balancer in front. All start at once: they found the cluster together.
    /// </summary>
    public static StorageCluster AddStorageCluster(
        this IDistributedApplicationBuilder builder, ClusterSetup setup, IResourceBuilder<ProjectResource> auth)
    {
        var settings = setup.Settings;
        var credential = builder.AddParameter("cluster-credential", setup.DataRoot.Credential, secret: true);
        var cluster = new StorageCluster(
            [.. Enumerable.Range(1, settings.Nodes).Select(id => builder.AddStorageNode(id, setup))], settings.ReplicationFactor, credential);

        foreach (var node in cluster.Nodes)
        {
            node.Project.WithStorageCluster(cluster).WithReference(auth);
        }

        return cluster;
    }

    /// <summary>Tells a service who the members are, where each one's peer listener is, and the secret that opens it.</summary>
    public static IResourceBuilder<ProjectResource> WithStorageCluster(
        this IResourceBuilder<ProjectResource> service, StorageCluster cluster)
    {
        service.WithEnvironment("Cluster__ReplicationFactor", Text(cluster.ReplicationFactor));
        service.WithEnvironment("Cluster__Credential", cluster.Credential);
        foreach (var node in cluster.Nodes)
        {
            service.WithEnvironment("Cluster__Members__" + Text(node.Id), node.Name);
            // Written out, one for each member, so that a proxy can be put on any link between two processes.
            service.WithEnvironment($"services__{node.Name}__{StorageNode.PeerEndpointName}__0", "tcp://" + node.PeerAddress);
            if (service.Resource.Name != node.Name)
            {
                service.WithReferenceRelationship(node.Project);
            }
        }

        return service;
    }

    /// <summary>What every service of ours gets: the kind of environment, and telemetry that does not hold up a stop.</summary>
    public static IResourceBuilder<ProjectResource> WithServiceEnvironment(
        this IResourceBuilder<ProjectResource> service, IHostEnvironment environment) => service
        .WithEnvironment("DOTNET_ENVIRONMENT", environment.EnvironmentName)
        .WithEnvironment("ASPNETCORE_ENVIRONMENT", environment.EnvironmentName)
        // On a stop the dashboard may be gone first; each service would wait 10 s to hand in its last telemetry.
        .WithEnvironment("OTEL_EXPORTER_OTLP_TIMEOUT", "3000");

    private static StorageNode AddStorageNode(this IDistributedApplicationBuilder builder, int id, ClusterSetup setup)
    {
        var name = Node + Text(id);
        var httpPort = setup.Settings.HttpPortOf(id);
        var peerPort = setup.Settings.PeerPortOf(id);
        var project = builder.AddProject<Projects.AspireKv_StorageNode>(name, launchProfileName: null)
            .WithHttpEndpoint(port: httpPort, isProxied: false)
            .WithEndpoint(port: peerPort, scheme: "tcp", name: StorageNode.PeerEndpointName, isProxied: false)
            .WithHttpHealthCheck("/health")
            .WithEnvironment("Node__Id", Text(id))
            .WithEnvironment("Node__DataDirectory", setup.DataRoot.DirectoryOf(name))
            .WithServiceEnvironment(builder.Environment);
        var node = new StorageNode(id, httpPort, peerPort, project);
        project.WithEnvironment("Node__PeerEndpoint", node.PeerAddress);
        return node;
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
