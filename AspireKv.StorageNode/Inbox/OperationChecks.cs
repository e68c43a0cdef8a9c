using AspireKv.Cluster.Operations;

namespace AspireKv.StorageNode.Inbox;

/// <summary>
/// What a node demands of an operation, whoever sent it; its key is legal, or it would not have been decoded. Gateways check the same, and
/// say more about it.
/// </summary>
internal static class OperationChecks
{
    /// <param name="operation">What is asked.</param>
    /// <param name="maxValueBytes">Bytes of the longest value, as the cluster was founded.</param>
    /// <returns>Why the operation is refused, or <see cref="NotAppliedReason.None"/>.</returns>
    public static NotAppliedReason FindFault(ClientOperation operation, int maxValueBytes) =>
        operation.Value.Length > maxValueBytes ? NotAppliedReason.ValueTooLarge
        : IsSound(operation) ? NotAppliedReason.None
        : NotAppliedReason.Invalid;

    private static bool IsSound(ClientOperation operation) =>
        (operation.Kind == OperationKind.Put || operation.Value.IsEmpty)
        && (operation.Kind != OperationKind.Get || operation.Condition == ConditionKind.None)
        && (operation.Revisions.Count > 0
            || operation.Condition is not (ConditionKind.RevisionIsOneOf or ConditionKind.RevisionIsNoneOf));
}
