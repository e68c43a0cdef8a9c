using AspireKv.Cluster.Topology;
using AspireKv.Cluster.Versioning;

namespace AspireKv.Cluster.Replicas;

/// <summary>
/// What a replica remembers of one partition besides its entries. <see cref="Promised"/>, <see cref="Config"/> and <see cref="Purged"/>
/// outlive the entries.
/// </summary>
/// <param name="Promised">The highest ballot promised; no lower one is obeyed.</param>
/// <param name="Config">The config with the highest epoch seen, or null before any.</param>
/// <param name="Purged">The highest stamp of a purged tombstone or of a rebuild's beginning: where a key has no entry, nothing at or below
/// it is stored.</param>
/// <param name="Since">The <see cref="Grant.Since"/> that the entries belong to; 0 before any, and where they were dropped.</param>
/// <param name="IsLearner">The replica lost its memory and is not yet rebuilt; its answers are marked and count in no quorum.</param>
public sealed record ReplicaSnapshot(Ballot Promised, PartitionConfig? Config, Stamp Purged, long Since, bool IsLearner)
{
    public static readonly ReplicaSnapshot Empty = new(Ballot.Zero, null, Stamp.Zero, 0, false);

    /// <summary>For a learner: the ballot of the last Rebuild it obeyed, or zero.</summary>
    public Ballot RebuildBallot { get; init; }

    /// <summary>The state after the record; entries are not part of it.</summary>
    public ReplicaSnapshot With(ReplicaRecord record) => record switch
    {
        BallotPromised promised => this with { Promised = promised.Ballot },
        ConfigTaken taken => this with { Config = taken.Config, Since = taken.Since, IsLearner = taken.IsLearner },
        TombstonePurged purged => this with { Purged = purged.Stamp > Purged ? purged.Stamp : Purged },
        LearnerMarked marked => this with { IsLearner = marked.IsLearner },
        RebuildBegun begun => this with { RebuildBallot = begun.Fence.Ballot, Purged = begun.Fence > Purged ? begun.Fence : Purged },
        _ => this,
    };
}
