using AspireKv.Cluster.Topology;

namespace AspireKv.Cluster.Membership;

/// <summary>What the holder of the system partition's ballot knows beside the topology when it looks what is due.</summary>
public sealed record DriverFacts
{
    /// <summary>For each node the life that was admitted last, as this node remembers it.</summary>
    public required IReadOnlyDictionary<NodeId, AdmittedLife> Lives { get; init; }

    /// <summary>The nodes that answer, this one included. An opinion: it decides when a move begins, never what is true.</summary>
    public required IReadOnlySet<NodeId> Alive { get; init; }

    /// <summary>The moves of which a coordinator says that every key is where it belongs.</summary>
    public required IReadOnlySet<SweptPartition> Swept { get; init; }
}

/// <summary>The life of a node that was admitted last.</summary>
/// <param name="Incarnation">The incarnation that is in force.</param>
/// <param name="Past">The incarnations that it, or one before it, replaced.</param>
public sealed record AdmittedLife(ulong Incarnation, IReadOnlyCollection<ulong> Past);

/// <summary>A partition all keys of which were brought to where its move takes them, under one ballot.</summary>
/// <param name="Partition">Its number.</param>
/// <param name="Epoch">The config under which that was so; under any other one it means nothing.</param>
public readonly record struct SweptPartition(int Partition, long Epoch);
