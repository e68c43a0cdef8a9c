using AspireKv.Cluster.Keys;
using AspireKv.Cluster.Topology;

namespace AspireKv.Encoding;

/// <summary>
/// What a value may hold at most, on disk and on the wire alike. The writer keeps the bounds, where exceeding one is misuse, and so does
/// the reader. Raising a bound changes no format, but processes of the version before refuse what is longer.
/// </summary>
public static class ValueLimits
{
    public const int MaxContentTypeBytes = 256;

    /// <summary>What the formats can hold; what clients may write is agreed at the founding of a cluster, and at most this.</summary>
    public const int MaxValueBytes = 16 * 1024 * 1024;

    /// <summary>The name of a member.</summary>
    public const int MaxNameBytes = 256;

    public const int MaxNodeId = NodeId.MaxValue;

    public const int MaxMembers = ClusterTopology.MaxMembers;

    /// <summary>Those that keys lie in, and the system partition.</summary>
    public const int MaxPartitions = PartitionMap.MaxCount + 1;

    /// <summary>Nodes in one list of a partition's config.</summary>
    public const int MaxReplicas = PartitionConfig.MaxReplicas;

    /// <summary>Lives of members that are over and that grants still name.</summary>
    public const int MaxPastLives = 65_536;

    public const int MaxVirtualNodes = 65_536;

    /// <summary>Starts of one node that another one may have missed.</summary>
    public const int MaxStarts = 1024;
}
