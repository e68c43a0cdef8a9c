using AspireKv.Simulation.Tests.Scenarios;
using AspireKv.Simulation.Tests.World;

namespace AspireKv.Simulation.Tests.Running;

/// <summary>Makes a failing scenario smaller: what can be left out while a promise is still broken is left out.</summary>
internal static class Shrinker
{
    public static Scenario Shrink(Scenario scenario, Func<Saboteur>? saboteur = null)
    {
        var found = SimulationRun.Run(scenario, saboteur);
        if (found.Violation is null)
        {
            return scenario;
        }

        bool IsStillFound(Scenario candidate)
        {
            var report = SimulationRun.Run(candidate, saboteur);
            return report.Violation is not null && report.IsOfSafety == found.IsOfSafety;
        }

        var smaller = scenario;
        int size;
        do
        {
            size = SizeOf(smaller);
            smaller = LeaveOut(smaller, smaller.Faults, (candidate, faults) => candidate with { Faults = faults }, IsStillFound);
            smaller = LeaveOut(
                smaller, smaller.Operations, (candidate, operations) => candidate with { Operations = operations }, IsStillFound);
        }
        while (SizeOf(smaller) < size);

        return smaller;
    }

    private static int SizeOf(Scenario scenario) => scenario.Faults.Count + scenario.Operations.Count;

    private static Scenario LeaveOut<T>(
        Scenario scenario, IReadOnlyList<T> parts, Func<Scenario, IReadOnlyList<T>, Scenario> with, Func<Scenario, bool> isStillFound)
    {
        for (var index = parts.Count - 1; index >= 0; index--)
        {
            T[] fewer = [.. parts.Take(index), .. parts.Skip(index + 1)];
            var candidate = with(scenario, fewer);
            if (isStillFound(candidate))
            {
                scenario = candidate;
                parts = fewer;
            }
        }

        return scenario;
    }
}
