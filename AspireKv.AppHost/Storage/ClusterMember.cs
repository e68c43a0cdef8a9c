namespace AspireKv.AppHost.Storage;

/// <summary>One node: its id in the cluster, and the resource that runs it.</summary>
internal sealed record ClusterMember(int Id, IResourceBuilder<ProjectResource> Node)
{
    /// <summary>Name of the peer listener in service discovery.</summary>
    public const string PeerEndpointName = "peer";

    public string Name => Node.Resource.Name;

    public EndpointReference PeerEndpoint => Node.GetEndpoint(PeerEndpointName);
}
