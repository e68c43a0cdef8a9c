using AspireKv.Cluster.Operations;
using AspireKv.Simulation.Tests.Scenarios;
using AspireKv.Testing.Linearizability;

namespace AspireKv.Simulation.Tests.Running;

/// <summary>What came of one run.</summary>
internal sealed record SimulationReport
{
    public required Scenario Scenario { get; init; }

    public required int Events { get; init; }

    public required int Faults { get; init; }

    /// <summary>How many moves of partitions ended.</summary>
    public required int Moves { get; init; }

    /// <summary>How often a node lost all it held.</summary>
    public required int DisksLost { get; init; }

    /// <summary>How often a node found an old disk in the place of its own.</summary>
    public required int DisksPutBack { get; init; }

    public required IReadOnlyList<HistoryOperation> History { get; init; }

    public required ulong TraceHash { get; init; }

    public required IReadOnlyList<string> Trace { get; init; }

    /// <summary>The promise that was broken, or null.</summary>
    public string? Violation { get; init; }

    /// <summary>True when something wrong was done, not only something left undone.</summary>
    public bool IsOfSafety { get; init; }

    public int Operations => History.Count;

    public int CountOf(OperationOutcome outcome) => History.Count(operation => operation.Outcome == outcome);

    public override string ToString() =>
        $"""
        seed {Scenario.Seed} ({Scenario.Profile}): {Violation ?? "no violation"}
        replay: {ReplayCommand(Scenario)}
        """;

    private static string ReplayCommand(Scenario scenario)
    {
        var mix = scenario.Profile switch
        {
            nameof(Profile.LostDisks) => "--lost-disks ",
            nameof(Profile.OldDisks) => "--old-disks ",
            nameof(Profile.Stops) => "--stops ",
            nameof(Profile.CutLinks) => "--cut-links ",
            nameof(Profile.Moves) => "--moves ",
            nameof(Profile.CalmMoves) => "--calm-moves ",
            _ => "",
        };
        return $"dotnet run --project tests/AspireKv.Simulation.Tests -c Release -- {mix}--seed {scenario.Seed}";
    }
}
