namespace AspireKv.Cluster.Housekeeping;

/// <summary>What is done for a partition while nobody asks.</summary>
public enum ChoreKind
{
    /// <summary>The partition is told the time, so that it gives up what waits too long.</summary>
    Tick,

    /// <summary>The ballot is taken, since nobody holds it.</summary>
    TakeOver,

    /// <summary>The rebuild of a learner begins.</summary>
    Rebuild,

    /// <summary>Tombstones that every replica holds are removed.</summary>
    Purge,

    /// <summary>A partition that moves is brought to its next replicas.</summary>
    Move,

    /// <summary>The ballot goes back to the first of the replicas.</summary>
    HandBack,

    /// <summary>The ballot goes to a replica with a better disk.</summary>
    HandOn,

    /// <summary>The replicas are compared, and what differs is repaired.</summary>
    Repair,
}

/// <summary>One chore that is due.</summary>
/// <param name="Kind">What is to be done.</param>
/// <param name="Partition">The partition, from 0.</param>
public readonly record struct Chore(ChoreKind Kind, int Partition);
