using AspireKv.Cluster.Topology;

namespace AspireKv.StorageNode.Peers;

/// <summary>Who of a topology answers.</summary>
internal static class LivingMembers
{
    /// <summary>The members that answer this node, and the node itself where it is one of them.</summary>
    /// <param name="peers">The peers of this node.</param>
    /// <param name="topology">The topology that names the members.</param>
    /// <param name="self">This node.</param>
    public static IReadOnlySet<NodeId> LivingIn(this IPeers peers, ClusterTopology topology, NodeId self) =>
        topology.Members.Select(static member => member.Id).Where(node => node == self || peers.IsAlive(node)).ToHashSet();
}
