using System.Numerics;

namespace AspireKv.Cluster.Topology;

/// <summary>
/// Counts answers under one config: a quorum is a majority of its replicas and, while the partition moves, also a majority of the next
/// replicas (joint consensus; Ongaro and Ousterhout, "In Search of an Understandable Consensus Algorithm", 2014, section 6).
/// </summary>
/// <remarks>Sets of voters are bit masks: bit i stands for the i-th of <see cref="Voters"/>.</remarks>
public sealed class Quorum
{
    /// <summary>The most voters that a config can have, both lists together; one bit each.</summary>
    public const int MaxVoters = 64;

    private readonly ulong _replicas;
    private readonly ulong _nextReplicas;

    /// <param name="replicas">The nodes that hold the partition.</param>
    /// <param name="nextReplicas">While the partition moves, the nodes that will hold it; otherwise empty.</param>
    public Quorum(IReadOnlyList<NodeId> replicas, IReadOnlyList<NodeId> nextReplicas)
    {
        Voters = [.. replicas.Union(nextReplicas)];
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Voters.Count, MaxVoters);
        _replicas = SetOf(replicas.Contains);
        _nextReplicas = SetOf(nextReplicas.Contains);
    }

    /// <summary>All nodes of both lists, each once.</summary>
    public IReadOnlyList<NodeId> Voters { get; }

    /// <summary>The bit of the node, or 0 when it does not hold the partition.</summary>
    public ulong BitOf(NodeId node)
    {
        for (var i = 0; i < Voters.Count; i++)
        {
            if (Voters[i] == node)
            {
                return 1UL << i;
            }
        }

        return 0;
    }

    /// <summary>The voters for which the condition holds.</summary>
    public ulong SetOf(Func<NodeId, bool> condition)
    {
        var set = 0UL;
        for (var i = 0; i < Voters.Count; i++)
        {
            set |= condition(Voters[i]) ? 1UL << i : 0;
        }

        return set;
    }

    /// <summary>True when the set holds a majority of the replicas and, while the partition moves, one of the next replicas.</summary>
    public bool IsMet(ulong answered) =>
        IsMajority(answered, _replicas) && (_nextReplicas == 0 || IsMajority(answered, _nextReplicas));

    /// <summary>True when the set holds a majority of the replicas, whatever the next ones do.</summary>
    public bool IsMetByReplicas(ulong answered) => IsMajority(answered, _replicas);

    /// <summary>All voters.</summary>
    public ulong Everyone => _replicas | _nextReplicas;

    /// <summary>True when every voter is in the set.</summary>
    public bool IsEveryone(ulong answered) => (answered & Everyone) == Everyone;

    /// <summary>
    /// Draws a set of voters, for logs and tests: one row for the replicas and, while the partition moves, one for the next replicas, such
    /// as <c>[1+ 2- 3+] 2 of 3, met</c>.
    /// </summary>
    public string Describe(ulong answered)
    {
        var rows = _nextReplicas == 0 ? Draw(answered, _replicas) : $"{Draw(answered, _replicas)} and {Draw(answered, _nextReplicas)}";
        return $"{rows}, {(IsMet(answered) ? "met" : "not met")}";
    }

    private string Draw(ulong answered, ulong voters)
    {
        var marks = Voters.Where(node => (voters & BitOf(node)) != 0)
            .Select(node => $"{node}{((answered & BitOf(node)) != 0 ? '+' : '-')}");
        return $"[{string.Join(' ', marks)}] {BitOperations.PopCount(answered & voters)} of {BitOperations.PopCount(voters)}";
    }

    private static bool IsMajority(ulong answered, ulong voters) =>
        BitOperations.PopCount(answered & voters) > BitOperations.PopCount(voters) / 2;
}
