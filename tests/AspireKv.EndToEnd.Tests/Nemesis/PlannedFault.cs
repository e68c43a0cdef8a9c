namespace AspireKv.EndToEnd.Tests.Nemesis;

/// <summary>One fault of a schedule.</summary>
/// <param name="Kind">What happens.</param>
/// <param name="Node">To which node, from 1; where it happens to two, the next one is the other.</param>
/// <param name="Duration">How long it lasts before it is healed.</param>
/// <param name="Amount">
/// Delay: milliseconds. CutMidMessage: bytes. SkewClock: seconds. KillDuringRecovery, LoseDirectory and OldDirectory: milliseconds until the
/// second kill. DamageFile: which harm.
/// </param>
internal sealed record PlannedFault(FaultKind Kind, int Node, TimeSpan Duration, int Amount)
{
    /// <summary>What happens while the members change, after the duration of this one; null where nothing does.</summary>
    public PlannedFault? Beside { get; init; }

    /// <summary>Members change, while the cluster serves.</summary>
    public bool ChangesMembers => Kind is FaultKind.AddNode or FaultKind.AddNodeTwice or FaultKind.RemoveNode or FaultKind.ReplaceNode;

    /// <summary>One node of three is dead, paused or cut off, so the others go on serving.</summary>
    public bool AffectsOneNode =>
        Kind is not (FaultKind.KillAll or FaultKind.KillMajority or FaultKind.SplitAll or FaultKind.CutLink or FaultKind.LoseDirectory
            or FaultKind.OldDirectory or FaultKind.Delay)
        && Beside is not { AffectsOneNode: false };

    /// <summary>No quorum is left while it lasts, so everything must be refused.</summary>
    public bool LeavesNoQuorum => Kind is FaultKind.KillAll or FaultKind.KillMajority or FaultKind.SplitAll;

    public override string ToString() => $"{Kind} node{Node} for {Duration.TotalMilliseconds:F0} ms" + (Amount == 0 ? "" : $", {Amount}") + (Beside is null ? "" : $", beside it {Beside}");
}
