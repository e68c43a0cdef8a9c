using System.Globalization;

namespace AspireKv.EndToEnd.Tests.Nemesis;

/// <summary>How long the clients of a node's keys wait after the node is killed, or falls silent.</summary>
internal static class FailoverMeasurement
{
    /// <summary>Longer than any wait that is measured, so that the node's return ends none.</summary>
    private static readonly TimeSpan Absence = TimeSpan.FromSeconds(4);

    /// <summary>Each node in turn is killed, and each in turn halted, so many times in all of either kind.</summary>
    public static IReadOnlyList<PlannedFault> Plan(int rounds, int nodes) =>
    [
        .. Enumerable.Range(0, rounds).SelectMany(round => (PlannedFault[])
        [
            new(FaultKind.Kill, (round % nodes) + 1, Absence, 0), new(FaultKind.Pause, ((round + 1) % nodes) + 1, Absence, 0),
        ]),
    ];

    /// <summary>One line for each kind: median and longest of the longest waits in each round.</summary>
    public static IEnumerable<string> Describe(IEnumerable<(FaultKind Kind, TimeSpan Gap)> rounds) =>
        rounds.GroupBy(static round => round.Kind, static round => round.Gap.TotalMilliseconds).Select(static kind =>
        {
            var gaps = kind.Order().ToArray();
            return string.Create(
                CultureInfo.InvariantCulture,
                $"{kind.Key}: {gaps.Length} rounds, median {gaps[gaps.Length / 2]:F0} ms, longest {gaps[^1]:F0} ms; "
                + $"all: {string.Join(' ', gaps.Select(static gap => gap.ToString("F0", CultureInfo.InvariantCulture)))}");
        });
}
