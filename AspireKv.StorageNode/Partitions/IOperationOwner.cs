using System.Diagnostics;
using AspireKv.Cluster.Coordination;
using AspireKv.Cluster.Operations;
using AspireKv.Cluster.Topology;

namespace AspireKv.StorageNode.Partitions;

/// <summary>
/// Whoever brought an operation to a partition, and hears what became of it. Called under the partition's lock: it must not wait.
/// </summary>
internal interface IOperationOwner
{
    /// <summary>The span that covers the operation; default when it is not sampled.</summary>
    ActivityContext Trace { get; }

    /// <summary>The operation ended at this node.</summary>
    void OnEnded(PendingOperation operation, OperationResult result);

    /// <summary>Another node is to carry the operation out.</summary>
    void Forward(PendingOperation operation, NodeId to);
}
