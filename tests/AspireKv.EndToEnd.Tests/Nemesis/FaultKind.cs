namespace AspireKv.EndToEnd.Tests.Nemesis;

/// <summary>What the nemesis does. "Its links" are those between one node and all others, gateways included.</summary>
internal enum FaultKind
{
    /// <summary>SIGKILL, and a start after a while.</summary>
    Kill,

    /// <summary>SIGKILL, a start, and SIGKILL again before or soon after the node has recovered.</summary>
    KillDuringRecovery,

    /// <summary>SIGTERM, and a start after a while.</summary>
    Terminate,

    /// <summary>SIGKILL of every node at once.</summary>
    KillAll,

    /// <summary>SIGKILL of two nodes of three.</summary>
    KillMajority,

    /// <summary>SIGSTOP for a while.</summary>
    Pause,

    /// <summary>The node's links are reset, and new connections refused.</summary>
    Isolate,

    /// <summary>The node's links to other nodes are reset and refused; gateways still reach it.</summary>
    IsolateFromNodes,

    /// <summary>Nothing that it sends arrives; all that is sent to it does.</summary>
    Mute,

    /// <summary>Nothing that is sent to it arrives; all that it sends does.</summary>
    Deafen,

    /// <summary>The node's links carry nothing, and nobody is told.</summary>
    Stall,

    /// <summary>The node's links come and go.</summary>
    Flap,

    /// <summary>The node's links are slow.</summary>
    Delay,

    /// <summary>The node's connections die without a word; new ones work.</summary>
    Abandon,

    /// <summary>Every connection to it breaks in the middle of a message.</summary>
    CutMidMessage,

    /// <summary>No node reaches another.</summary>
    SplitAll,

    /// <summary>
    /// The node and the next one do not reach each other, and each gateway reaches one of the two alone: both coordinate in turn, with the
    /// third node as witness, and neither hears of it from the other.
    /// </summary>
    CutLink,

    /// <summary>
    /// SIGKILL, a start with a clock that is wrong, later a jump of that clock to the other side, and a restart with the right one.
    /// </summary>
    SkewClock,

    /// <summary>SIGKILL, its directory is deleted, a start; while it is being rebuilt another node is killed.</summary>
    LoseDirectory,

    /// <summary>
    /// SIGKILL, its directory is copied, a start; later SIGKILL, the copy is put back, a start; while the node is being rebuilt another one
    /// is killed.
    /// </summary>
    OldDirectory,

    /// <summary>SIGKILL, one of its files is harmed, a start.</summary>
    DamageFile,

    /// <summary>A spare joins and takes its share.</summary>
    AddNode,

    /// <summary>The same, but the plan is cancelled in the middle, and committed once more.</summary>
    AddNodeTwice,

    /// <summary>A node gives everything away and is no member any more; it ends by itself.</summary>
    RemoveNode,

    /// <summary>
    /// SIGKILL; a spare takes the places of the dead node, which is removed; then it is started with the directory that it had, and ends.
    /// </summary>
    ReplaceNode,
}
