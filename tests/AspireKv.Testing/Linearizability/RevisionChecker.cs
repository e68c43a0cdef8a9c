using AspireKv.Cluster.Operations;
using AspireKv.Cluster.Versioning;

namespace AspireKv.Testing.Linearizability;

/// <summary>
/// What revisions promise to clients beyond linearizability: a revision names one value, a value has one revision (a write is applied
/// once), and in real time the revisions of a key never go back.
/// </summary>
public static class RevisionChecker
{
    /// <returns>One line that says what is wrong, or null.</returns>
    public static string? Check(IEnumerable<HistoryOperation> history)
    {
        var told = history
            .Where(operation => operation.Revision != Stamp.Zero && operation.Outcome is OperationOutcome.Found or OperationOutcome.Applied)
            .ToArray();
        return CheckNames(told) ?? CheckOrder(told);
    }

    private static string? CheckNames(HistoryOperation[] told)
    {
        var values = new Dictionary<Stamp, HistoryOperation>();
        var revisions = new Dictionary<long, HistoryOperation>();
        foreach (var operation in told)
        {
            if (values.TryGetValue(operation.Revision, out var other) && other.Subject != operation.Subject)
            {
                return $"one revision names two values: {other} / {operation}";
            }

            if (revisions.TryGetValue(operation.Subject, out other) && other.Revision != operation.Revision)
            {
                return $"one write has two revisions: {other} / {operation}";
            }

            values.TryAdd(operation.Revision, operation);
            revisions.TryAdd(operation.Subject, operation);
        }

        return null;
    }

    private static string? CheckOrder(HistoryOperation[] told)
    {
        var byCall = told.OrderBy(operation => operation.Invoked).ToArray();
        var byReturn = told.OrderBy(operation => operation.Returned).ToArray();
        HistoryOperation? newest = null;
        var returned = 0;
        foreach (var operation in byCall)
        {
            for (; returned < byReturn.Length && byReturn[returned].Returned < operation.Invoked; returned++)
            {
                newest = newest is null || byReturn[returned].Revision > newest.Revision ? byReturn[returned] : newest;
            }

            if (newest is not null && operation.Revision < newest.Revision)
            {
                return $"the revision went back: {newest} / {operation}";
            }
        }

        return null;
    }
}
