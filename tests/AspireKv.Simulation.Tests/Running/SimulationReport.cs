using AspireKv.Cluster.Operations;
using AspireKv.Simulation.Tests.Faults;
using AspireKv.Testing.Linearizability;

namespace AspireKv.Simulation.Tests.Running;

/// <summary>What came of one run.</summary>
internal sealed record SimulationReport
{
    public required Scenario Scenario { get; init; }

    public required int Events { get; init; }

    public required int Faults { get; init; }

    /// <summary>How often a node lost all it held.</summary>
    public required int DisksLost { get; init; }

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
        replay: {ReplayCommand(Scenario.Seed)}
        """;

    public static string ReplayCommand(int seed) =>
        $"dotnet run --project tests/AspireKv.Simulation.Tests -c Release -- --seed {seed}";
}
