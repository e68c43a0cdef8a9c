namespace AspireKv.Cluster.Housekeeping;

/// <summary>How often each chore is looked at, and how much may be under way.</summary>
public sealed record ChoreOptions
{
    /// <summary>How often the partitions are told the time.</summary>
    public required TimeSpan TickInterval { get; init; }

    /// <summary>How often learners to rebuild are looked for.</summary>
    public required TimeSpan RebuildInterval { get; init; }

    /// <summary>How many partitions are rebuilt at a time.</summary>
    public required int MaxRebuilds { get; init; }

    /// <summary>How often a purge pass over the tombstones of all partitions begins.</summary>
    public required TimeSpan PurgeInterval { get; init; }

    /// <summary>How many tombstones of one partition are purged at a time.</summary>
    public required int MaxPurges { get; init; }
}
