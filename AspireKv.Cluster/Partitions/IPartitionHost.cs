using AspireKv.Cluster.Coordination;
using AspireKv.Cluster.Coordination.Sweeps;
using AspireKv.Cluster.Topology;

namespace AspireKv.Cluster.Partitions;

/// <summary>
/// The world as one partition at one node sees it: its disk, its peers, its clocks, and which nodes are alive. The host calls
/// <see cref="PartitionState"/> from one thread at a time, and none of these methods calls back into it before the call that it serves has
/// returned.
/// </summary>
public interface IPartitionHost : ICoordinatorHost
{
    /// <summary>True when the node answered a request of this one lately.</summary>
    bool IsAlive(NodeId node);

    /// <summary>
    /// True when the node does not answer this one, and another one that does says that it reaches it: it lives, and operations get to it
    /// through that one.
    /// </summary>
    bool IsCutOff(NodeId node);

    /// <summary>
    /// True when the node, be it this one, said that its disk is slow or full: where others can, they coordinate rather than it.
    /// </summary>
    bool IsHandicapped(NodeId node);

    /// <summary>
    /// True when the topology that this node knows names this incarnation of the node: only then is anything given to it again that the
    /// node lost.
    /// </summary>
    bool IsRegistered(NodeId node, ulong incarnation);

    /// <summary>When this process last heard of the node, on the clock of the host; null before the first time.</summary>
    TimeSpan? LastHeardAt(NodeId node);

    /// <summary>How fast this node may send entries to replicas that lack them.</summary>
    IRepairBudget RepairBudget { get; }

    /// <summary>A comparison of replicas under a ballot of this node came to an end.</summary>
    void Compared(ComparisonResult result);
}
