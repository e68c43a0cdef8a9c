namespace AspireKv.Cluster.Topology;

/// <summary>
/// Who holds one partition. Every change, a cancelled move too, makes a new config whose epoch is one higher. Immutable.
/// </summary>
public sealed class PartitionConfig
{
    /// <summary>The most nodes in one list: two lists that share no node have no more voters together than a quorum counts.</summary>
    public const int MaxReplicas = Quorum.MaxVoters / 2;

    private readonly Dictionary<NodeId, long> _since;

    /// <param name="epoch">The number of this config, from 1.</param>
    /// <param name="replicas">The nodes that hold the partition, the preferred coordinator first; each once.</param>
    /// <param name="nextReplicas">While the partition moves, the nodes that will hold it; otherwise empty.</param>
    /// <param name="since">For each node of both lists, the epoch at which it joined: what it stored in an earlier membership is
    /// void.</param>
    public PartitionConfig(
        long epoch, IReadOnlyList<NodeId> replicas, IReadOnlyList<NodeId> nextReplicas, IReadOnlyDictionary<NodeId, long> since)
    {
        Epoch = epoch;
        Replicas = [.. replicas];
        NextReplicas = [.. nextReplicas];
        Quorum = new Quorum(Replicas, NextReplicas);
        _since = Voters.ToDictionary(node => node, node => since[node]);
    }

    public long Epoch { get; }

    /// <summary>The nodes that hold the partition, the preferred coordinator first.</summary>
    public IReadOnlyList<NodeId> Replicas { get; }

    /// <summary>The nodes that will hold the partition when its move is done; empty when it does not move.</summary>
    public IReadOnlyList<NodeId> NextReplicas { get; }

    /// <summary><see cref="Replicas"/> and <see cref="NextReplicas"/> together, each node once: whom a coordinator talks to.</summary>
    public IReadOnlyList<NodeId> Voters => Quorum.Voters;

    /// <summary>Counts who is needed for a decision under this config.</summary>
    public Quorum Quorum { get; }

    /// <summary>The config of a partition when the cluster is founded.</summary>
    public static PartitionConfig Founded(IReadOnlyList<NodeId> replicas) =>
        new(epoch: 1, replicas, nextReplicas: [], replicas.ToDictionary(node => node, _ => 1L));

    public bool Contains(NodeId node) => _since.ContainsKey(node);

    /// <summary>The epoch at which the node joined, or null when it does not hold the partition.</summary>
    public long? Since(NodeId node) => _since.TryGetValue(node, out var epoch) ? epoch : null;

    public override string ToString() =>
        NextReplicas.Count == 0
            ? $"epoch {Epoch} [{string.Join(',', Replicas)}]"
            : $"epoch {Epoch} [{string.Join(',', Replicas)}] to [{string.Join(',', NextReplicas)}]";
}
