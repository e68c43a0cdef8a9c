using System.Diagnostics;
using AspireKv.Cluster.Coordination.Tasks;

namespace AspireKv.StorageNode.Partitions;

/// <summary>An owner whose operation has a span, to which what the partition does for the operation belongs.</summary>
internal interface ITracedOwner : IOperationOwner
{
    /// <summary>The span that covers the operation; default when the operation is not sampled.</summary>
    ActivityContext Trace { get; }
}
