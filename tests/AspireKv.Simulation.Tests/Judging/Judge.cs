using AspireKv.Cluster.Operations;
using AspireKv.Testing.Linearizability;

namespace AspireKv.Simulation.Tests.Judging;

/// <summary>Says whether what the clients saw is what single registers would have shown them.</summary>
internal static class Judge
{
    /// <exception cref="ViolationException">A promise was broken; the message shows the calls on the key.</exception>
    public static void Check(IReadOnlyList<HistoryOperation> history)
    {
        foreach (var key in history.GroupBy(operation => operation.Key))
        {
            if (RevisionChecker.Check(key) is { } complaint)
            {
                throw new ViolationException($"{complaint}\n{Show(key)}");
            }

            var verdict = LinearizabilityChecker.Check(key, maxConfigurations: 1_000_000);
            if (verdict != Verdict.Linearizable)
            {
                throw new ViolationException($"the history of {key.Key} is {verdict}\n{Show(key)}");
            }
        }
    }

    /// <exception cref="ViolationException">The outcome of a call is unknown.</exception>
    /// <param name="history">What the clients asked, and what they heard.</param>
    /// <param name="from">What was asked before counts for nothing.</param>
    public static void CheckKnown(IReadOnlyList<HistoryOperation> history, TimeSpan from)
    {
        var first = (long)from.TotalMicroseconds;
        if (history.FirstOrDefault(operation => operation.Outcome == OperationOutcome.Unknown && operation.Invoked >= first) is { } unknown)
        {
            throw new ViolationException($"nothing went wrong, and nobody knows what became of {unknown}");
        }
    }

    private static string Show(IEnumerable<HistoryOperation> history) => string.Join('\n', history.OrderBy(operation => operation.Invoked));
}
