using AspireKv.Cluster.Status;

namespace AspireKv.StorageNode.Identity;

/// <summary>How this node is, for those that ping it. May be asked from any thread.</summary>
internal interface IOwnCondition
{
    NodeCondition Condition { get; }
}
