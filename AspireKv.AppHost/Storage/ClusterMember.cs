namespace AspireKv.AppHost.Storage;

/// <summary>One node: what was planned for it, and the resource that runs it.</summary>
internal sealed class ClusterMember(PlannedNode plan, IResourceBuilder<ProjectResource> node)
{
    /// <summary>Name of the peer listener in service discovery.</summary>
    public const string PeerEndpointName = "peer";

    private volatile bool _isExpected = plan.Part != NodePart.Spare;

    /// <summary>The number of the node.</summary>
    public int Id => plan.Id;

    public PlannedNode Plan => plan;

    public IResourceBuilder<ProjectResource> Node => node;

    public string Name => node.Resource.Name;

    public EndpointReference PeerEndpoint => node.GetEndpoint(PeerEndpointName);

    /// <summary>
    /// Whether the cluster misses the node while it is not healthy: not before a spare one is started, nor after a removal.
    /// </summary>
    public bool IsExpected
    {
        get => _isExpected;
        set => _isExpected = value;
    }
}
