namespace AspireKv.Cluster.Coordination.Tasks;

/// <summary>Where an operation stands at its coordinator.</summary>
internal enum OperationStage
{
    /// <summary>Not at a coordinator.</summary>
    Idle,

    /// <summary>Waits for the coordinator to win its ballot, or for a pause before another Prepare.</summary>
    AwaitingBallot,

    /// <summary>Waits for its turn on the key.</summary>
    Queued,

    /// <summary>Asks a quorum what it holds for the key.</summary>
    Reading,

    /// <summary>Writes back the newest entry it read.</summary>
    WritingBack,

    /// <summary>Commits the tombstone of a value past its expiry.</summary>
    Expiring,

    /// <summary>Its own write is on the way to the replicas.</summary>
    Accepting,

    /// <summary>Has its answer and waits for a quorum to confirm the ballot.</summary>
    Confirming,

    /// <summary>Tells every replica to drop the tombstone.</summary>
    Purging,

    /// <summary>Is committed anew, and waits for the learner that lacks it; no longer has the turn on its key.</summary>
    Copying,

    /// <summary>Ended, or forwarded to another node.</summary>
    Done,
}
