using AspireKv.Cluster.Topology;

namespace AspireKv.StorageNode.Tests.World;

internal static class Topologies
{
    /// <summary>The next version, in which the node is no member and holds nothing.</summary>
    public static ClusterTopology Without(this ClusterTopology topology, NodeId node)
    {
        var version = topology.Version + 1;
        return topology with
        {
            Version = version,
            Members = [.. topology.Members.Where(member => member.Id != node)],
            Partitions = [.. topology.Partitions.Select(static assignment => assignment.Config).Select(config => new PartitionAssignment(
                new PartitionConfig(
                    version,
                    [.. config.Replicas.Where(replica => replica != node)],
                    [],
                    config.Replicas.ToDictionary(replica => replica, replica => config.GrantOf(replica)!.Value)),
                []))],
        };
    }
}
