namespace AspireKv.EndToEnd.Tests.Nemesis;

/// <summary>
/// Draws what a run does to the cluster from its seed: every kind of fault, a fixed number of times, in a random order and of random
/// strength.
/// </summary>
internal static class FaultSchedule
{
    private const int LongestPauseMilliseconds = 5_000;
    private const int LongPauseSeconds = 60;
    private const int LongestDelayMilliseconds = 500;
    private const int DaySeconds = 86_400;
    private const int LongestTimeToTrouble = 4_000;

    /// <summary>How often each kind happens in a full run. Kills: 47 processes; pauses: 20, with the long one.</summary>
    private static readonly (FaultKind Kind, int Count)[] Full =
    [
        (FaultKind.Kill, 10), (FaultKind.KillDuringRecovery, 5), (FaultKind.Terminate, 2), (FaultKind.KillAll, 2),
        (FaultKind.KillMajority, 1), (FaultKind.Pause, 19), (FaultKind.Isolate, 3), (FaultKind.IsolateFromNodes, 2), (FaultKind.Mute, 2),
        (FaultKind.Deafen, 2), (FaultKind.Stall, 2), (FaultKind.Flap, 2), (FaultKind.Delay, 2), (FaultKind.Abandon, 2),
        (FaultKind.CutMidMessage, 4), (FaultKind.SplitAll, 1), (FaultKind.CutLink, 4), (FaultKind.SkewClock, 3),
        (FaultKind.LoseDirectory, 3), (FaultKind.OldDirectory, 2), (FaultKind.DamageFile, 4),
    ];

    /// <summary>From three nodes to five, and twice back to four, with two spares.</summary>
    private static readonly FaultKind[] Growth =
    [
        FaultKind.AddNode, FaultKind.AddNode, FaultKind.RemoveNode, FaultKind.ReplaceNode, FaultKind.AddNodeTwice, FaultKind.RemoveNode,
    ];

    /// <summary>
    /// What may happen to one of the first members, besides, while a node joins: whoever leaves may be gone before it is rebuilt.
    /// </summary>
    private static readonly FaultKind[] BesideJoin = [FaultKind.LoseDirectory, FaultKind.OldDirectory];

    /// <summary>What may happen to one node while the members change.</summary>
    private static readonly FaultKind[] BesideGrowth =
    [
        FaultKind.Kill, FaultKind.Kill, FaultKind.KillDuringRecovery, FaultKind.Pause, FaultKind.Isolate, FaultKind.IsolateFromNodes,
        FaultKind.Stall, FaultKind.Flap, FaultKind.Delay, FaultKind.CutMidMessage,
    ];

    /// <summary>The members change again and again, each time with another fault beside, but where a node is dead already.</summary>
    public static IReadOnlyList<PlannedFault> DrawGrowth(int seed, int nodes)
    {
        var random = new Random(seed);
        return
        [
            .. Growth.Select(kind => new PlannedFault(
                kind, random.Next(nodes) + 1, TimeSpan.FromMilliseconds(random.Next(0, LongestTimeToTrouble)), 0)
            {
                Beside = DrawBeside(kind, random, nodes),
            }),
        ];
    }

    private static PlannedFault? DrawBeside(FaultKind kind, Random random, int nodes)
    {
        FaultKind[] kinds = kind is FaultKind.AddNode or FaultKind.AddNodeTwice ? [.. BesideGrowth, .. BesideJoin] : BesideGrowth;
        return kind == FaultKind.ReplaceNode ? null : Draw(kinds[random.Next(kinds.Length)], random, nodes);
    }

    public static IReadOnlyList<PlannedFault> Draw(int seed, int nodes)
    {
        var random = new Random(seed);
        var kinds = Full.SelectMany(entry => Enumerable.Repeat(entry.Kind, entry.Count)).ToArray();
        random.Shuffle(kinds);
        var faults = kinds.Select(kind => Draw(kind, random, nodes)).ToList();
        faults.Insert(
            random.Next(faults.Count),
            new PlannedFault(FaultKind.Pause, random.Next(nodes) + 1, TimeSpan.FromSeconds(LongPauseSeconds), 0));
        return faults;
    }

    private static PlannedFault Draw(FaultKind kind, Random random, int nodes)
    {
        var (shortest, longest) = kind switch
        {
            FaultKind.Pause => (100, LongestPauseMilliseconds),
            FaultKind.Kill or FaultKind.Terminate => (0, 3_000),
            FaultKind.KillDuringRecovery or FaultKind.LoseDirectory or FaultKind.DamageFile or FaultKind.CutMidMessage
                or FaultKind.Abandon => (0, 500),
            FaultKind.KillAll => (0, 1_500),
            FaultKind.SkewClock => (3_000, 6_000),
            _ => (500, 4_000),
        };
        var amount = kind switch
        {
            FaultKind.Delay => random.Next(1, LongestDelayMilliseconds),
            FaultKind.CutMidMessage => random.Next(1, 4_000),
            FaultKind.KillDuringRecovery or FaultKind.LoseDirectory or FaultKind.OldDirectory => random.Next(50, 2_000),
            FaultKind.DamageFile => random.Next(NodeFiles.Kinds),
            FaultKind.SkewClock => random.Next(3) switch
            {
                0 => random.Next(-60, 60),
                1 => random.Next(-3_600, 3_600),
                _ => random.Next(-DaySeconds, DaySeconds),
            },
            _ => 0,
        };
        return new PlannedFault(kind, random.Next(nodes) + 1, TimeSpan.FromMilliseconds(random.Next(shortest, longest)), amount);
    }
}
