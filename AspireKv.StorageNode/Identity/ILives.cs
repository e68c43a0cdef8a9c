using AspireKv.Cluster.Topology;

namespace AspireKv.StorageNode.Identity;

/// <summary>Who may speak and vote for which node. All methods may be called from any thread, and none waits for the disk.</summary>
internal interface ILives
{
    /// <summary>True when messages of this process are taken for the node's.</summary>
    bool TakesFrom(NodeId node, ulong process);

    /// <summary>An answer of the process showed that everything up to this position of its write-ahead log is durable.</summary>
    void Saw(NodeId node, ulong process, long position);

    /// <summary>The connection that the process opened is gone.</summary>
    void Gone(NodeId node, ulong process);

    /// <summary>True once so many of these voters took durable note of this process that it may vote among them.</summary>
    bool MayVote(Quorum voters);

    /// <summary>True once so many of these voters, this node not counted, know of its incarnation that no quorum lacks them all.</summary>
    bool IsKnown(Quorum voters);
}
