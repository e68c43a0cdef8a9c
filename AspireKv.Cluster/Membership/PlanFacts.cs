using AspireKv.Cluster.Topology;

namespace AspireKv.Cluster.Membership;

/// <summary>What a planner knows beside the topology.</summary>
public sealed record PlanFacts
{
    /// <summary>The nodes that answer.</summary>
    public required IReadOnlySet<NodeId> Alive { get; init; }

    /// <summary>By partition, as far as they are known. They change what a plan tells, never what it does.</summary>
    public IReadOnlyDictionary<int, PartitionSize> Sizes { get; init; } = new Dictionary<int, PartitionSize>();
}

/// <summary>How much a partition holds.</summary>
/// <param name="Entries">Entries, tombstones too.</param>
/// <param name="Bytes">Bytes of them.</param>
public readonly record struct PartitionSize(long Entries, long Bytes);
