using AspireKv.Cluster.Operations;

namespace AspireKv.Cluster.Coordination.Tasks;

/// <summary>Hears how the work that a host gave ended, and tells its owner.</summary>
internal interface ITaskEnd
{
    void Complete(PendingTask pending, OperationResult result);
}
