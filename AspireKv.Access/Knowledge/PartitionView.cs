using AspireKv.Cluster.Status;
using AspireKv.Cluster.Topology;
using AspireKv.Cluster.Versioning;

namespace AspireKv.Access.Knowledge;

/// <summary>What the nodes last said of one partition. Immutable.</summary>
public sealed class PartitionView
{
    private readonly PartitionConfig _config;

    /// <param name="known">What the newest topology that is known says.</param>
    /// <param name="told">What each node said that holds a replica, by node.</param>
    internal PartitionView(PartitionConfig known, IReadOnlyCollection<(NodeId Node, PartitionStatus Status)> told)
    {
        Config = told.Select(entry => entry.Status.Config).OfType<PartitionConfig>().MaxBy(config => config.Epoch);
        _config = Config is { } config && config.Epoch > known.Epoch ? config : known;
        Promised = told.Count == 0 ? null : told.Max(entry => entry.Status.Promised);
        Learners = [.. told.Where(entry => entry.Status.IsLearner).Select(entry => entry.Node)];
    }

    /// <summary>The newest config that a node told, or null while none told one.</summary>
    public PartitionConfig? Config { get; }

    /// <summary>The nodes that hold the partition, the preferred coordinator first: by the newest config.</summary>
    public IReadOnlyList<NodeId> Replicas => _config.Replicas;

    /// <summary>The highest ballot that a replica told of, or null while none did.</summary>
    public Ballot? Promised { get; }

    /// <summary>The replicas that said they lost what they held and are not rebuilt: they count in no quorum.</summary>
    public IReadOnlyList<NodeId> Learners { get; }

    /// <summary>True when a quorum of the config is alive and has its memory; while the partition moves, of both its lists.</summary>
    public bool HasQuorum(Func<NodeId, bool> isAlive) =>
        _config.Quorum.IsMet(_config.Quorum.SetOf(node => isAlive(node) && !Learners.Contains(node)));
}
