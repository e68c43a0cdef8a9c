using AspireKv.Cluster.Operations;
using AspireKv.Testing.Linearizability;

namespace AspireKv.Simulation.Tests.Linearizability;

/// <summary>
/// Tries every order of the calls of a small history, and for unknown writes every choice of which happened. Too slow for more than eight
/// calls, and too simple to be wrong: the twin that <see cref="LinearizabilityChecker"/> is compared with.
/// </summary>
public static class BruteForceChecker
{
    public static bool IsLinearizable(IEnumerable<HistoryOperation> history) =>
        CanGoOn([.. history.Where(Register.Matters)], HistoryOperation.Absent);

    private static bool CanGoOn(List<HistoryOperation> left, long state)
    {
        if (left.All(operation => operation.Outcome == OperationOutcome.Unknown))
        {
            return true;
        }

        foreach (var operation in left)
        {
            var mustWait = left.Any(other => other.Outcome != OperationOutcome.Unknown && other.Returned < operation.Invoked);
            if (mustWait || !Register.TryApply(state, operation, out var next))
            {
                continue;
            }

            if (CanGoOn([.. left.Where(other => other != operation)], next))
            {
                return true;
            }
        }

        return false;
    }
}
