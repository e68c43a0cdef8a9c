using AspireKv.Cluster.Membership;
using AspireKv.Cluster.Ring;
using AspireKv.Cluster.Topology;

namespace AspireKv.Cluster.Tests.Membership;

/// <summary>Clusters as they are founded, and what is known of them.</summary>
internal static class TestTopologies
{
    public static FoundingRecord Record(int nodes, int partitions, int replicationFactor) => new()
    {
        ClusterId = new Guid(1, 2, 3, [4, 5, 6, 7, 8, 9, 10, 11]),
        PartitionCount = partitions,
        ReplicationFactor = replicationFactor,
        VirtualNodes = HashRing.DefaultVirtualNodes,
        HashVersion = FoundingRecord.CurrentHashVersion,
        MaxValueBytes = 1024 * 1024,
        Members = [.. NodesUpTo(nodes).Select(node => Life(node))],
        Placement = Placement.Propose([.. NodesUpTo(nodes)], partitions, replicationFactor),
    };

    public static ClusterTopology Founded(int nodes, int partitions, int replicationFactor) =>
        FoundingTopology.Of(Record(nodes, partitions, replicationFactor));

    /// <summary>A founded cluster that further nodes joined, which hold nothing; their numbers follow the others'.</summary>
    public static ClusterTopology WithIdle(int nodes, int idle, int partitions, int replicationFactor)
    {
        var topology = Founded(nodes, partitions, replicationFactor);
        return topology with
        {
            Members =
            [
                .. topology.Members,
                .. NodesUpTo(nodes + idle).Skip(nodes).Select(node => new TopologyMember(Life(node), Registered: 1, MemberState.Idle)),
            ],
        };
    }

    /// <summary>A life of a node, from 0.</summary>
    public static Member Life(NodeId node, int life = 0) => new(node, $"node{node}", (ulong)((1000 * life) + node.Value));

    public static NodeId[] NodesUpTo(int count) => [.. Enumerable.Range(1, count).Select(id => new NodeId(id))];

    public static NodeId[] Nodes(params int[] nodes) => [.. nodes.Select(node => new NodeId(node))];
}
