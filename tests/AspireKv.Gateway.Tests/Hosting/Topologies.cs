using AspireKv.Cluster.Membership;
using AspireKv.Cluster.Topology;

namespace AspireKv.Gateway.Tests.Hosting;

/// <summary>Topologies that grew out of a founding as they do in a cluster.</summary>
internal static class Topologies
{
    public static readonly NodeId Four = new(4);

    public static TopologyPlan EmptyPlan { get; } = new()
    {
        Id = "1-0000000000000000",
        Generation = 1,
        Wishes = [new OrderWish()],
        ReplicationFactor = 3,
        States = new Dictionary<NodeId, MemberState>(),
        Targets = [],
        Moves = [],
        Shares = [],
        Warnings = [],
    };

    /// <summary>The founding's, and node 4, which started and holds nothing.</summary>
    public static ClusterTopology WithFour(FoundingRecord founding) => TopologyChange.Register(
        FoundingTopology.Of(founding), new Member(Four, "node4", 0xabc), "10.0.0.4:7101", mayBeNew: true).Next!;

    /// <summary>Node 4 takes the places of node 2, which leaves: partition 1 moves, and all others wait.</summary>
    public static ClusterTopology Pending(FoundingRecord founding)
    {
        var topology = WithFour(founding);
        var committed = TopologyChange.Commit(topology, Plan(topology, [new AddWish(Four), new RemoveWish(new NodeId(2))]).Plan!).Next!;
        var moved = committed.Partitions[1];
        var config = moved.Config;
        var grants = config.Replicas.Union(moved.Target)
            .ToDictionary(static node => node, node => config.GrantOf(node) ?? new Grant(4, 0xabc));
        PartitionAssignment[] partitions = [.. committed.Partitions];
        partitions[1] = moved with { Config = new PartitionConfig(4, config.Replicas, moved.Target, grants) };
        return committed with { Version = 4, Partitions = partitions };
    }

    /// <summary>What a node would plan on this topology, with every partition known to hold 100 entries.</summary>
    public static PlanOutcome Plan(ClusterTopology topology, IReadOnlyList<PlanWish> wishes) => TopologyPlanner.Plan(
        topology,
        wishes,
        new PlanFacts
        {
            Alive = topology.Members.Select(static member => member.Id).ToHashSet(),
            Sizes = Enumerable.Range(0, topology.Partitions.Count)
                .ToDictionary(static partition => partition, static _ => new PartitionSize(100, 4_000)),
        });
}
