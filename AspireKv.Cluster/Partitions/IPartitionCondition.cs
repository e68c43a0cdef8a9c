namespace AspireKv.Cluster.Partitions;

/// <summary>What a partition at one node needs at this moment. The background chores are planned by it.</summary>
public interface IPartitionCondition
{
    /// <summary>
    /// True while something may fall due in <see cref="PartitionState.Tick"/>. May be read from any thread; what it misses, the next look
    /// sees.
    /// </summary>
    bool HasWork { get; }

    /// <summary>True while this node, as coordinator, rebuilds a learner.</summary>
    bool IsRebuilding { get; }

    /// <summary>True when this node coordinates the partition, knows of a learner that answers, and rebuilds none.</summary>
    bool HasLearnerToRebuild { get; }

    /// <summary>
    /// True when this node coordinates the partition and everybody who holds it answers and has its memory: only then can tombstones go.
    /// </summary>
    bool MayPurge { get; }
}
