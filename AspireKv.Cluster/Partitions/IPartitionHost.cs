using AspireKv.Cluster.Coordination;
using AspireKv.Cluster.Topology;

namespace AspireKv.Cluster.Partitions;

/// <summary>
/// The world as one partition at one node sees it: its disk, its peers, its clocks, and who is alive. The host calls <see
/// cref="PartitionState"/> from one
/// thread at a time, and none of these methods calls back into it before the call that it serves has returned.
/// </summary>
public interface IPartitionHost : ICoordinatorHost
{
    /// <summary>True when the node answered a request of this one lately.</summary>
    bool IsAlive(NodeId node);
}
