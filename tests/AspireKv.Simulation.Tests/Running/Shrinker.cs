using AspireKv.Simulation.Tests.Faults;

namespace AspireKv.Simulation.Tests.Running;

/// <summary>Makes a failing scenario smaller: what can be left out while a promise is still broken is left out.</summary>
internal static class Shrinker
{
    public static Scenario Shrink(Scenario scenario)
    {
        var isOfSafety = SimulationRun.Run(scenario).IsOfSafety;
        var smaller = scenario;
        int size;
        do
        {
            size = SizeOf(smaller);
            smaller = LeaveOut(smaller, smaller.Faults, (candidate, faults) => candidate with { Faults = faults }, isOfSafety);
            smaller = LeaveOut(smaller, smaller.Operations, (candidate, operations) => candidate with { Operations = operations }, isOfSafety);
            smaller = LeaveOut(smaller, smaller.Purges, (candidate, purges) => candidate with { Purges = purges }, isOfSafety);
        }
        while (SizeOf(smaller) < size);

        return smaller;
    }

    private static int SizeOf(Scenario scenario) => scenario.Faults.Count + scenario.Operations.Count + scenario.Purges.Count;

    private static Scenario LeaveOut<T>(Scenario scenario, IReadOnlyList<T> parts, Func<Scenario, IReadOnlyList<T>, Scenario> with, bool isOfSafety)
    {
        for (var index = parts.Count - 1; index >= 0; index--)
        {
            T[] fewer = [.. parts.Take(index), .. parts.Skip(index + 1)];
            var candidate = with(scenario, fewer);
            var report = SimulationRun.Run(candidate);
            if (report.Violation is not null && report.IsOfSafety == isOfSafety)
            {
                scenario = candidate;
                parts = fewer;
            }
        }

        return scenario;
    }
}
