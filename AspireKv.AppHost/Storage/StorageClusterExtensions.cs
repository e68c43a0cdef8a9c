using System.Globalization;
using System.Net;
using Microsoft.Extensions.DependencyInjection;

namespace AspireKv.AppHost.Storage;

/// <summary>The storage cluster in Aspire's terms.</summary>
internal static class StorageClusterExtensions
{
    /// <summary>
    /// Adds node1 to nodeN under one parent, and spare nodes that wait for a click on Start. Each keeps its name, ports and data directory
    /// for ever, since it is a member of the cluster and not one of many copies; hence no WithReplicas, which would put a load balancer in
    /// front. All but the spare ones start at once: they found the cluster together. Whoever starts later joins.
    /// </summary>
    public static IResourceBuilder<StorageClusterResource> AddStorageCluster(
        this IDistributedApplicationBuilder builder, string name, ClusterHome home, IResourceBuilder<ProjectResource> auth)
    {
        var credential = builder.AddParameter("cluster-credential", home.DataRoot.Credential, secret: true);
        var cluster = builder.AddStorageParent(name, home.Settings.ReplicationFactor, credential.Resource);
        var members = cluster.Resource.Members;
        members.AddRange(home.Nodes.Select(node => builder.AddMember(node, home)));
        foreach (var member in members)
        {
            member.Node.WithParentRelationship(cluster).WithStorageCluster(cluster).WithReference(auth)
                .WithEnvironment("Cluster__ReplicationFactor", Text(cluster.Resource.ReplicationFactor))
                // Whoever can start a node here holds the credential, and a click on Start is to be enough.
                .WithEnvironment("Cluster__OpenToNewMembers", "true")
                .WithEnvironment("Node__TakesShare", "true");
        }

        return cluster;
    }

    /// <summary>
    /// Tells a service whom to ask for the cluster, where each one's peer listener is, and the secret that opens it. Nodes that nobody
    /// knows yet are not among them: a founding waits for all that are named.
    /// </summary>
    public static IResourceBuilder<ProjectResource> WithStorageCluster(
        this IResourceBuilder<ProjectResource> service, IResourceBuilder<StorageClusterResource> cluster)
    {
        service.WithEnvironment(context => context.EnvironmentVariables["Cluster__Credential"] = cluster.Resource.Credential);
        foreach (var member in cluster.Resource.Members.Where(member => member.Plan.IsKnown || member.Node.Resource == service.Resource))
        {
            service.WithEnvironment("Cluster__Members__" + Text(member.Id), member.Name);
            if (member.Node.Resource != service.Resource)
            {
                service.WithReference(member.PeerEndpoint);
            }
        }

        return service;
    }

    private static IResourceBuilder<StorageClusterResource> AddStorageParent(
        this IDistributedApplicationBuilder builder, string name, int replicationFactor, ParameterResource credential)
    {
        var resource = new StorageClusterResource(name, replicationFactor, credential);
        var healthCheck = name + "_members";
        builder.Services.AddHealthChecks().Add(new(
            healthCheck,
            services => new MembersHealthCheck(resource, services.GetRequiredService<ResourceNotificationService>()),
            failureStatus: null,
            tags: null));
        return builder.AddResource(resource)
            .WithIconName("DatabaseStack")
            .WithHealthCheck(healthCheck)
            .WithInitialState(new CustomResourceSnapshot
            {
                ResourceType = "StorageCluster",
                Properties = [new("Replication factor", Text(replicationFactor))],
                State = KnownResourceStates.NotStarted,
            })
            .OnInitializeResource(static (resource, initialized, _) => initialized.Notifications.PublishUpdateAsync(
                resource, static snapshot => snapshot with { State = KnownResourceStates.Running }));
    }

    private static ClusterMember AddMember(this IDistributedApplicationBuilder builder, PlannedNode plan, ClusterHome home)
    {
        var (id, name) = (plan.Id, plan.Name);
        var node = builder.AddService<Projects.AspireKv_StorageNode>(name)
            .WithIconName("Database")
            .WithHttpEndpoint(port: home.Settings.HttpPortOf(id), isProxied: false)
            // An address rather than "localhost": it must mean one socket.
            .WithEndpoint(ClusterMember.PeerEndpointName, endpoint =>
            {
                endpoint.Port = home.Settings.PeerPortOf(id);
                endpoint.UriScheme = "tcp";
                endpoint.TargetHost = IPAddress.Loopback.ToString();
                endpoint.IsProxied = false;
            })
            .WithHttpHealthCheck("/health")
            .WithUrlForEndpoint("http", static url => (url.Url, url.DisplayText) = ("/health", "Health"))
            .WithOperatorsLink("/metrics", "Metrics")
            .WithUrlForEndpoint(ClusterMember.PeerEndpointName, static url => url.DisplayLocation = UrlDisplayLocation.DetailsOnly)
            .WithEnvironment("Node__Id", Text(id))
            .WithEnvironment("Node__DataDirectory", home.DataRoot.DirectoryOf(name));
        var member = new ClusterMember(plan, node);
        node.WithEnvironment("Node__PeerEndpoint", member.PeerEndpoint.Property(EndpointProperty.HostAndPort));
        if (plan.Part == NodePart.Spare)
        {
            node.WithExplicitStart();
        }

        return member.WithNoteOfItsStart(home.Note);
    }

    /// <summary>A node that is started is expected to be there from then on, after the next start of the AppHost too.</summary>
    private static ClusterMember WithNoteOfItsStart(this ClusterMember member, ClusterNote note)
    {
        member.Node.OnBeforeResourceStarted((_, _, _) =>
        {
            member.IsExpected = true;
            if (note.Current.IsRemoved(member.Id))
            {
                note.Change(noted => noted.WithStarted(member.Id));
            }

            return Task.CompletedTask;
        });
        return member;
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
