namespace AspireKv.Cluster.Housekeeping;

/// <summary>How often each chore is looked at, and how much may be under way.</summary>
public sealed record ChoreOptions
{
    /// <summary>How often the partitions are told the time.</summary>
    public required TimeSpan TickInterval { get; init; }

    /// <summary>
    /// How often partitions without a coordinator are looked for, and for how long a partition has none before the first in line takes it;
    /// each further one in line waits as long again.
    /// </summary>
    public required TimeSpan TakeOverInterval { get; init; }

    /// <summary>How often learners to rebuild are looked for.</summary>
    public required TimeSpan RebuildInterval { get; init; }

    /// <summary>How many partitions are rebuilt at a time.</summary>
    public required int MaxRebuilds { get; init; }

    /// <summary>How often partitions that move are looked for.</summary>
    public required TimeSpan MoveInterval { get; init; }

    /// <summary>How many partitions are brought to their next replicas at a time.</summary>
    public required int MaxMoves { get; init; }

    /// <summary>How often a purge pass over the tombstones of all partitions begins.</summary>
    public required TimeSpan PurgeInterval { get; init; }

    /// <summary>How many tombstones of one partition are purged at a time.</summary>
    public required int MaxPurges { get; init; }

    /// <summary>How often partitions to compare are looked for.</summary>
    public required TimeSpan RepairLookInterval { get; init; }

    /// <summary>How often the replicas of each partition are compared, whatever is known of them.</summary>
    public required TimeSpan RepairInterval { get; init; }

    /// <summary>How often they are compared while one of them may lack something.</summary>
    public required TimeSpan DoubtInterval { get; init; }

    /// <summary>How many partitions are compared at a time.</summary>
    public required int MaxComparisons { get; init; }

    /// <summary>How often ballots are looked for that a node with a slow or full disk should hand on.</summary>
    public required TimeSpan HandOnInterval { get; init; }

    /// <summary>How many ballots may be handed on at one such look.</summary>
    public required int MaxHandOns { get; init; }

    /// <summary>How often ballots that should go back are looked for.</summary>
    public required TimeSpan HandBackInterval { get; init; }

    /// <summary>How many ballots may go back at one such look.</summary>
    public required int MaxHandBacks { get; init; }

    /// <summary>For how long a ballot could have gone back at every look before it does, the first time.</summary>
    public required TimeSpan HandBackAfter { get; init; }

    /// <summary>
    /// For how long at most, where ballots came back again and again; and within how long after it went a ballot that comes back counts as
    /// one.
    /// </summary>
    public required TimeSpan MaxHandBackAfter { get; init; }
}
