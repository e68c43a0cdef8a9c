using AspireKv.Cluster.Operations;
using AspireKv.Simulation.Tests.Scenarios;
using AspireKv.Simulation.Tests.World;

namespace AspireKv.Simulation.Tests.Running;

/// <summary>Runs many seeds.</summary>
internal static class Campaign
{
    /// <summary>After so many violations there is nothing more to learn before one is mended.</summary>
    private const int MaxViolations = 20;

    /// <param name="seeds">Which seeds.</param>
    /// <param name="print">Hears of each violation at once.</param>
    /// <param name="saboteur">A safeguard to take away, or null.</param>
    /// <param name="maxViolations">How many violations end the campaign.</param>
    /// <param name="profile">The mix of faults, where each seed is not to draw one.</param>
    public static CampaignSummary Run(
        SeedRange seeds, Action<string> print, Func<Saboteur>? saboteur = null, int maxViolations = MaxViolations, Profile? profile = null)
    {
        var summary = new CampaignSummary(seeds);
        foreach (var seed in seeds.Seeds)
        {
            var report = SimulationRun.Run(ScenarioDraw.Draw(seed, profile), saboteur);
            // A saboteur that merely stops the cluster has not been found out.
            var isFound = report.Violation is not null && (saboteur is null || report.IsOfSafety);
            summary.Add(report, isFound);
            if (isFound)
            {
                print(report.ToString());
            }

            if (summary.Violations.Count >= maxViolations)
            {
                break;
            }
        }

        return summary;
    }
}

/// <summary>What came of many seeds.</summary>
internal sealed class CampaignSummary(SeedRange seeds)
{
    private readonly Dictionary<OperationOutcome, long> _outcomes = [];
    private long _events;
    private long _operations;
    private long _faults;
    private long _moves;

    public int Runs { get; private set; }

    public List<SimulationReport> Violations { get; } = [];

    public double EventsPerSeed => (double)_events / Runs;

    public double OperationsPerSeed => (double)_operations / Runs;

    /// <summary>The share of the calls that were carried out, or confirmed not to be due.</summary>
    public double ShareAnswered =>
        (double)(_operations - CountOf(OperationOutcome.Unknown) - CountOf(OperationOutcome.NotApplied)) / _operations;

    public double FaultsPerSeed => (double)_faults / Runs;

    public double MovesPerSeed => (double)_moves / Runs;

    public void Add(SimulationReport report, bool isViolation)
    {
        Runs++;
        _events += report.Events;
        _operations += report.Operations;
        _faults += report.Faults;
        _moves += report.Moves;
        foreach (var operation in report.History)
        {
            _outcomes[operation.Outcome] = _outcomes.GetValueOrDefault(operation.Outcome) + 1;
        }

        if (isViolation)
        {
            Violations.Add(report);
        }
    }

    public void Add(CampaignSummary other)
    {
        Runs += other.Runs;
        _events += other._events;
        _operations += other._operations;
        _faults += other._faults;
        _moves += other._moves;
        Violations.AddRange(other.Violations);
        foreach (var (outcome, count) in other._outcomes)
        {
            _outcomes[outcome] = _outcomes.GetValueOrDefault(outcome) + count;
        }
    }

    public override string ToString()
    {
        var outcomes = string.Join(", ", _outcomes.OrderBy(entry => entry.Key).Select(entry => $"{entry.Key} {entry.Value}"));
        return $"{Runs} seeds from {seeds.First}, {Violations.Count} violations; a seed has {EventsPerSeed:F0} events, "
            + $"{OperationsPerSeed:F1} operations, {FaultsPerSeed:F1} faults, {MovesPerSeed:F1} moves on average; {outcomes}";
    }

    private long CountOf(OperationOutcome outcome) => _outcomes.GetValueOrDefault(outcome);
}
