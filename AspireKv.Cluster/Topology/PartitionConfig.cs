namespace AspireKv.Cluster.Topology;

/// <summary>
/// Who holds one partition. Every change, a cancelled move too, makes a new config with a higher epoch. Immutable.
/// </summary>
public sealed class PartitionConfig
{
    /// <summary>The most nodes in one list: two lists that share no node have no more voters together than a quorum counts.</summary>
    public const int MaxReplicas = Quorum.MaxVoters / 2;

    private readonly Dictionary<NodeId, Grant> _grants;

    /// <param name="epoch">The number of this config, from 1; each later one has a higher number.</param>
    /// <param name="replicas">The nodes that hold the partition, the preferred coordinator first; each once.</param>
    /// <param name="nextReplicas">While the partition moves, the nodes that will hold it; otherwise empty.</param>
    /// <param name="grants">How each node of both lists was given the partition.</param>
    public PartitionConfig(
        long epoch, IReadOnlyList<NodeId> replicas, IReadOnlyList<NodeId> nextReplicas, IReadOnlyDictionary<NodeId, Grant> grants)
    {
        Epoch = epoch;
        Replicas = [.. replicas];
        NextReplicas = [.. nextReplicas];
        Quorum = new Quorum(Replicas, NextReplicas);
        _grants = Voters.ToDictionary(node => node, node => grants[node]);
    }

    public long Epoch { get; }

    /// <summary>The nodes that hold the partition, the preferred coordinator first.</summary>
    public IReadOnlyList<NodeId> Replicas { get; }

    /// <summary>The nodes that will hold the partition when its move is done; empty when it does not move.</summary>
    public IReadOnlyList<NodeId> NextReplicas { get; }

    /// <summary><see cref="Replicas"/> and <see cref="NextReplicas"/> together, each node once: whom a coordinator talks to.</summary>
    public IReadOnlyList<NodeId> Voters => Quorum.Voters;

    /// <summary>Counts the nodes that are needed for a decision under this config.</summary>
    public Quorum Quorum { get; }

    /// <summary>The config of a partition when the cluster is founded.</summary>
    /// <param name="replicas">The nodes that hold the partition, the preferred coordinator first.</param>
    /// <param name="incarnationOf">The lives of the nodes with which the cluster was founded.</param>
    public static PartitionConfig Founded(IReadOnlyList<NodeId> replicas, Func<NodeId, ulong> incarnationOf) =>
        new(epoch: 1, replicas, nextReplicas: [], replicas.ToDictionary(node => node, node => new Grant(1, incarnationOf(node))));

    public bool Contains(NodeId node) => _grants.ContainsKey(node);

    /// <summary>How the node was given the partition, or null when it does not hold it.</summary>
    public Grant? GrantOf(NodeId node) => _grants.TryGetValue(node, out var grant) ? grant : null;

    /// <summary>The epoch of the config that gave the node the partition, or null when it does not hold it.</summary>
    public long? Since(NodeId node) => GrantOf(node)?.Since;

    public override string ToString() =>
        NextReplicas.Count == 0
            ? $"epoch {Epoch} [{string.Join(',', Replicas)}]"
            : $"epoch {Epoch} [{string.Join(',', Replicas)}] to [{string.Join(',', NextReplicas)}]";
}
