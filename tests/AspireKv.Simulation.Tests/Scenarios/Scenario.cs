using AspireKv.Cluster.Coordination;
using AspireKv.Cluster.Housekeeping;

namespace AspireKv.Simulation.Tests.Scenarios;

/// <summary>
/// Everything about a run that is decided before it starts. A scenario is data, so that a failing run can be made smaller by leaving parts
/// of it out.
/// </summary>
internal sealed record Scenario
{
    public required int Seed { get; init; }

    /// <summary>The name of the mix of faults.</summary>
    public required string Profile { get; init; }

    public required int Nodes { get; init; }

    public required int Replicas { get; init; }

    public required int Partitions { get; init; }

    public required int Keys { get; init; }

    /// <summary>When the faults end and everything heals.</summary>
    public required TimeSpan HealAt { get; init; }

    /// <summary>How long a node works on an operation before it abandons it.</summary>
    public required TimeSpan OperationTimeout { get; init; }

    /// <summary>
    /// After which time the messages of a pending operation are sent again while there are faults; longer than any operation for never.
    /// </summary>
    public required TimeSpan ResendInterval { get; init; }

    /// <summary>
    /// How long a node that is asked to stop may take; null for as long as chance will have it. Where it is set, one thing goes wrong at a
    /// time, everybody knows who answers whom, and no outcome may be unknown.
    /// </summary>
    public TimeSpan? StopPatience { get; init; }

    public required NetworkConditions Network { get; init; }

    public required ProtocolOptions Coordinator { get; init; }

    /// <summary>The share of reads of liveness that are wrong.</summary>
    public required double LivenessLies { get; init; }

    /// <summary>The share of looks at a node's own store for which the disk must be read.</summary>
    public required double ColdReads { get; init; }

    /// <summary>The share of looks at what waits on a link that find more than can be sent in an operation's time.</summary>
    public required double SlowLinks { get; init; }

    /// <summary>The share of answers to clients that are lost.</summary>
    public required double AnswerLoss { get; init; }

    /// <summary>For each node how long a sync takes on average.</summary>
    public required IReadOnlyList<TimeSpan> SyncTimes { get; init; }

    /// <summary>For each node how far its clock is off.</summary>
    public required IReadOnlyList<TimeSpan> ClockOffsets { get; init; }

    /// <summary>For each node how fast its clock runs.</summary>
    public required IReadOnlyList<double> ClockRates { get; init; }

    public required AimedFaultRates Aimed { get; init; }

    public required IReadOnlyList<PlannedOperation> Operations { get; init; }

    public required IReadOnlyList<PlannedFault> Faults { get; init; }

    /// <summary>How partitions move from node to node; null where they stay as founded.</summary>
    public MovePlan? Moves { get; init; }

    /// <summary>How often each background chore is looked at, and how much may be under way.</summary>
    public required ChoreOptions Chores { get; init; }

    /// <summary>How long the purges of one batch may take.</summary>
    public required TimeSpan PurgeTimeout { get; init; }
}

/// <summary>How often a fault follows right after the moments at which faults hurt most; each a share of these moments.</summary>
/// <param name="BallotTaken">A coordinator begins to act under a new ballot.</param>
/// <param name="AcceptSent">A coordinator sent the Accept of a write.</param>
/// <param name="Acknowledged">A write was acknowledged.</param>
/// <param name="PurgeAfterDelete">
/// A delete was acknowledged: the next purge pass is due. A purge hurts while older messages about its key are still under way.
/// </param>
internal sealed record AimedFaultRates(double BallotTaken, double AcceptSent, double Acknowledged, double PurgeAfterDelete)
{
    /// <summary>A write was acknowledged: another node that holds it loses its disk.</summary>
    public double LoseHolder { get; init; }

    /// <summary>The topology gave a partition another config: one of those that it concerns is hit.</summary>
    public double ConfigChanged { get; init; }

    /// <summary>A move of a partition began: the replica that holds least of it coordinates the move.</summary>
    public double MoveFromBehind { get; init; }

    /// <summary>A node that lost its disk became a voter again: it coordinates, and another one is cut off.</summary>
    public double RelyOnRebuilt { get; init; }

    /// <summary>A write was acknowledged: a node finds an old disk in the place of its own, and another one is cut off.</summary>
    public double PutOldDiskBack { get; init; }
}
