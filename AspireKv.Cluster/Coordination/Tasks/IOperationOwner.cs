using AspireKv.Cluster.Operations;
using AspireKv.Cluster.Topology;

namespace AspireKv.Cluster.Coordination.Tasks;

/// <summary>
/// Whoever brought an operation to a partition, and hears what became of it: exactly one of the two calls is made, once. They come from
/// within a call into
/// the partition, so an owner neither waits in them nor calls the partition back.
/// </summary>
public interface IOperationOwner
{
    /// <summary>The operation ended at this node.</summary>
    void OnEnded(PendingOperation operation, OperationResult result);

    /// <summary>
    /// Another node is to carry the operation out: the owner hands it over at most once, on one connection. It is that node's from then on.
    /// </summary>
    void Forward(PendingOperation operation, NodeId to);
}
