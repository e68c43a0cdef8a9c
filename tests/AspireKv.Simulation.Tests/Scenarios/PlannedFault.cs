namespace AspireKv.Simulation.Tests.Scenarios;

/// <summary>What can go wrong.</summary>
internal enum FaultKind
{
    /// <summary>The process ends at once; what was not synced is lost but for a random prefix. The process starts again later.</summary>
    Crash,

    /// <summary>
    /// The process is asked to stop, and ends once it handed on what it coordinates, or when its time is up. It starts again later.
    /// </summary>
    Stop,

    /// <summary>All processes end at once, as in a power cut.</summary>
    PowerCut,

    /// <summary>The process stands still, as in a long garbage collection, and does not know.</summary>
    Pause,

    /// <summary>Nothing passes between the node and all others.</summary>
    Isolate,

    /// <summary>Nothing passes between two nodes.</summary>
    CutLink,

    /// <summary>Nothing passes from one node to another; the way back is open.</summary>
    CutOneWay,

    /// <summary>Nothing that others send reaches the node; what it sends arrives.</summary>
    Deafen,

    /// <summary>The node takes all others for dead, and a client asks it for something: it takes ballots from living holders.</summary>
    Usurp,

    /// <summary>A node takes the ballot over and writes, while the old holder hears nothing of it and is read from.</summary>
    Coup,

    /// <summary>
    /// A write reaches one other replica; then the coordinator is cut off, and the others take the ballot in turn, each without the one
    /// before.
    /// </summary>
    HalfWrite,

    /// <summary>Syncs take long.</summary>
    SlowDisk,

    /// <summary>The disk is full: new values are refused, tombstones and what is stamped anew are not.</summary>
    FullDisk,

    /// <summary>Nothing more is taken, whatever it is: the disk does not keep up, or nothing is left of its reserve.</summary>
    NoRoom,

    /// <summary>All connections of the node break.</summary>
    BreakConnections,

    /// <summary>
    /// The process ends and its directory is gone; it starts again with an empty one. At most as many nodes as a quorum can do without lack
    /// their memory at a time.
    /// </summary>
    LoseDisk,

    /// <summary>
    /// As many nodes as a quorum can do without lose their disks, one after the other; they are down for longer than the first of them
    /// takes to come back.
    /// </summary>
    LoseDisks,

    /// <summary>
    /// A node takes the ballot and writes with one other only, which then loses its disk: what was acknowledged is at one node.
    /// </summary>
    SoleCopy,

    /// <summary>A copy of the node's disk is made, as by a snapshot of its volume.</summary>
    CopyDisk,

    /// <summary>
    /// The process ends, and the next one finds the disk that was copied or lost before. Only while the others know better, and not more
    /// often than disks may be lost.
    /// </summary>
    PutOldDiskBack,
}

/// <summary>One fault of a scenario.</summary>
/// <param name="At">When it strikes.</param>
/// <param name="Kind">What happens.</param>
/// <param name="Node">The index of the node it strikes.</param>
/// <param name="Other">The index of the other node, where the fault concerns a link.</param>
/// <param name="Duration">How long it lasts.</param>
internal sealed record PlannedFault(TimeSpan At, FaultKind Kind, int Node, int Other, TimeSpan Duration);
