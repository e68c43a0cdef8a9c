using System.Numerics;

namespace AspireKv.Cluster.Topology;

/// <summary>
/// Counts answers under one config: a quorum is a majority of its replicas and, while the partition moves, also a majority of the next replicas
/// (joint consensus; Ongaro and Ousterhout, "In Search of an Understandable Consensus Algorithm", 2014, section 6).
/// </summary>
/// <remarks>Sets of voters are bit masks: bit i stands for the i-th of <see cref="PartitionConfig.Voters"/>.</remarks>
internal sealed class Quorum
{
    /// <summary>The most voters that a config can have, both lists together; one bit each.</summary>
    public const int MaxVoters = 64;

    private readonly PartitionConfig _config;
    private readonly ulong _replicas;
    private readonly ulong _nextReplicas;

    public Quorum(PartitionConfig config)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(config.Voters.Count, MaxVoters);
        _config = config;
        _replicas = MaskOf(config.Replicas);
        _nextReplicas = MaskOf(config.NextReplicas);
    }

    /// <summary>The bit of the node, or 0 when it does not hold the partition.</summary>
    public ulong BitOf(NodeId node)
    {
        for (var i = 0; i < _config.Voters.Count; i++)
        {
            if (_config.Voters[i] == node)
            {
                return 1UL << i;
            }
        }

        return 0;
    }

    public bool IsMet(ulong answered) =>
        IsMajority(answered, _replicas) && (_nextReplicas == 0 || IsMajority(answered, _nextReplicas));

    /// <summary>True when every voter is in the set.</summary>
    public bool IsEveryone(ulong answered) => (answered & (_replicas | _nextReplicas)) == (_replicas | _nextReplicas);

    private static bool IsMajority(ulong answered, ulong voters) =>
        BitOperations.PopCount(answered & voters) > BitOperations.PopCount(voters) / 2;

    private ulong MaskOf(IReadOnlyList<NodeId> nodes)
    {
        var mask = 0UL;
        foreach (var node in nodes)
        {
            mask |= BitOf(node);
        }

        return mask;
    }
}
