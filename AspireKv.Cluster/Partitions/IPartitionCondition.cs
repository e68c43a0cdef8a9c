namespace AspireKv.Cluster.Partitions;

/// <summary>What a partition at one node needs at this moment. The background chores are planned by it.</summary>
public interface IPartitionCondition
{
    /// <summary>
    /// True while something may fall due in <see cref="PartitionState.Tick"/>. May be read from any thread; what it misses, the next look
    /// sees.
    /// </summary>
    bool HasWork { get; }

    /// <summary>
    /// Where nobody coordinates the partition, as far as known, and this node may: how many other replicas are to do so before it; else
    /// null.
    /// </summary>
    int? PlaceInLine { get; }

    /// <summary>True while this node, as coordinator, rebuilds a learner.</summary>
    bool IsRebuilding { get; }

    /// <summary>True when this node coordinates the partition, knows of a learner that answers, and rebuilds none.</summary>
    bool HasLearnerToRebuild { get; }

    /// <summary>True while this node, as coordinator, compares the replicas that answer, and repairs what differs.</summary>
    bool IsComparing { get; }

    /// <summary>True when this node coordinates the partition and there are replicas to compare.</summary>
    bool MayCompare { get; }

    /// <summary>True while this node, as coordinator, brings the partition to its next replicas.</summary>
    bool IsSweeping { get; }

    /// <summary>
    /// True when this node coordinates a partition that moves, brings it to its next replicas not yet, and enough of both answer for it.
    /// </summary>
    bool HasMoveToSweep { get; }

    /// <summary>
    /// True when this node coordinates the partition and a replica that answers may lack something: nobody compared it under the ballot
    /// yet, or a message to it may have been lost since.
    /// </summary>
    bool HasDoubts { get; }

    /// <summary>
    /// True when this node coordinates the partition and everybody who holds it answers and has its memory: only then can tombstones go.
    /// </summary>
    bool MayPurge { get; }

    /// <summary>
    /// True when this node coordinates the partition in place of the first of its replicas, which answers, lacks nothing, and would serve
    /// clients as well.
    /// </summary>
    bool MayHandBack { get; }

    /// <summary>
    /// True when this node coordinates the partition with a slow or full disk, and another replica would serve clients better.
    /// </summary>
    bool MayHandOn { get; }
}
