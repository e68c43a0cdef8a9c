namespace AspireKv.Simulation.Tests.Scenarios;

/// <summary>
/// A mix of faults. Each seed draws one, and most of its rates anew: a swarm finds more than one mix in which every fault is equally likely
/// (Groce and others, "Swarm Testing", 2012).
/// </summary>
internal enum Profile
{
    /// <summary>A little of everything.</summary>
    Plain,

    /// <summary>Hardly any fault by chance; what happens is aimed at the moments that matter.</summary>
    Aimed,

    /// <summary>Coordinators that take ballots from each other, and readers of the old one.</summary>
    Duels,

    /// <summary>Deletes, purges, and what comes late.</summary>
    Purges,

    /// <summary>Crashes with slow disks, so that much is lost.</summary>
    SlowDisks,

    /// <summary>Crashes while the cluster is being founded.</summary>
    Founding,

    /// <summary>Links that are cut, one way and both.</summary>
    Splits,

    /// <summary>Compare-and-set on one key from many clients.</summary>
    Contention,

    /// <summary>
    /// Disks that are lost with all they held, besides crashes and duels. Not among those that a seed draws from: it has seeds of its own.
    /// </summary>
    LostDisks,

    /// <summary>The same, with disks that were lost or copied put back later. It has seeds of its own too.</summary>
    OldDisks,

    /// <summary>
    /// Nodes that are asked to stop, one at a time, and nothing else: no outcome may be unknown. It has seeds of its own too.
    /// </summary>
    Stops,

    /// <summary>
    /// One link that is cut both ways, from before the operations on, and nothing else: every operation must end as if it were not. It has
    /// seeds of its own too.
    /// </summary>
    CutLinks,

    /// <summary>
    /// Partitions that move between nodes of which some hold nothing at first, while nodes crash, lose disks, stop and are cut off. It has
    /// seeds of its own too.
    /// </summary>
    Moves,

    /// <summary>
    /// The same with nodes that are asked to stop, and nothing else: no outcome may be unknown. It has seeds of its own too.
    /// </summary>
    CalmMoves,
}
