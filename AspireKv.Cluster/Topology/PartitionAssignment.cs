namespace AspireKv.Cluster.Topology;

/// <summary>One partition in the topology.</summary>
/// <param name="Config">Who holds it; its epoch is the version of the topology that made it.</param>
/// <param name="Target">Who is to hold it in the end, the preferred coordinator first; empty when that is who holds it already.</param>
public sealed record PartitionAssignment(PartitionConfig Config, IReadOnlyList<NodeId> Target)
{
    public bool IsMoving => Config.NextReplicas.Count > 0;

    public bool IsPending => Target.Count > 0;

    /// <summary>Who holds the partition once nothing is pending.</summary>
    public IReadOnlyList<NodeId> Goal => IsPending ? Target : Config.Replicas;

    /// <summary>True when the node holds the partition or is to hold it.</summary>
    public bool Names(NodeId node) => Config.Contains(node) || Target.Contains(node);
}
