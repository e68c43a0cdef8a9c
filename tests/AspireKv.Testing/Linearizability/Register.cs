using AspireKv.Cluster.Operations;

namespace AspireKv.Testing.Linearizability;

/// <summary>
/// What one key is meant to be when calls come one at a time: the sequential model that histories are judged by. Its state is the number of
/// the value there, or <see cref="HistoryOperation.Absent"/>.
/// </summary>
public static class Register
{
    /// <summary>
    /// Carries the operation out on <paramref name="state"/>. False, and the state as it was, when its answer is impossible there. A write
    /// of unknown outcome is possible everywhere; where its condition does not hold it changes nothing.
    /// </summary>
    public static bool TryApply(long state, HistoryOperation operation, out long next)
    {
        next = state;
        switch (operation.Outcome)
        {
            case OperationOutcome.Found:
                return state != HistoryOperation.Absent && state == operation.Observed;
            case OperationOutcome.NotFound:
                return state == HistoryOperation.Absent;
            case OperationOutcome.ConditionFailed:
                return !Holds(state, operation);
            case OperationOutcome.Applied when Holds(state, operation):
                next = After(operation);
                return true;
            case OperationOutcome.Applied:
                return false;
            default:
                next = Holds(state, operation) ? After(operation) : state;
                return true;
        }
    }

    /// <summary>Whether the operation can be part of an order at all: refused writes and reads without an answer say nothing.</summary>
    public static bool Matters(HistoryOperation operation) =>
        operation.Outcome != OperationOutcome.NotApplied
        && (operation.Outcome != OperationOutcome.Unknown || operation.Kind != OperationKind.Get);

    private static long After(HistoryOperation operation) =>
        operation.Kind == OperationKind.Put ? operation.Written : HistoryOperation.Absent;

    private static bool Holds(long state, HistoryOperation operation) => operation.Condition switch
    {
        ConditionKind.None => true,
        ConditionKind.RevisionIsOneOf => state != HistoryOperation.Absent && state == operation.Expected,
        ConditionKind.RevisionIsNoneOf => state == HistoryOperation.Absent || state != operation.Expected,
        ConditionKind.Exists => state != HistoryOperation.Absent,
        ConditionKind.DoesNotExist => state == HistoryOperation.Absent,
        _ => throw new ArgumentOutOfRangeException(nameof(operation), operation.Condition, "unknown condition"),
    };
}
