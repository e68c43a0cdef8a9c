namespace AspireKv.AppHost.Storage;

/// <summary>The storage nodes as one resource: it has no process of its own, and is what the dashboard shows the nodes under.</summary>
internal sealed class StorageClusterResource(
    string name, int replicationFactor, ParameterResource credential) : Resource(name)
{
    public int ReplicationFactor => replicationFactor;

    /// <summary>The secret by which nodes and gateways know each other.</summary>
    public ParameterResource Credential => credential;

    public List<ClusterMember> Members { get; } = [];
}
