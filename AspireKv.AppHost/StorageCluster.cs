namespace AspireKv.AppHost;

/// <summary>The storage nodes of the application, and the secret by which they know each other.</summary>
internal sealed record StorageCluster(
    IReadOnlyList<StorageNode> Nodes, int ReplicationFactor, IResourceBuilder<ParameterResource> Credential);

/// <summary>One node: its id in the cluster, and where the other processes of this machine reach it.</summary>
internal sealed record StorageNode(int Id, int HttpPort, int PeerPort, IResourceBuilder<ProjectResource> Project)
{
    /// <summary>Name of the peer listener in service discovery.</summary>
    public const string PeerEndpointName = "peer";

    public string Name => Project.Resource.Name;

    /// <summary>What the peer listener binds. An address rather than "localhost": it must mean one socket.</summary>
    public string PeerAddress => $"127.0.0.1:{PeerPort}";
}
