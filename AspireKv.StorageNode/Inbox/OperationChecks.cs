using AspireKv.Cluster.Operations;
using AspireKv.StorageNode.Partitions;
using Microsoft.Extensions.Options;

namespace AspireKv.StorageNode.Inbox;

/// <summary>
/// What a node demands of an operation, whoever sent it; its key is legal, or it would not have been decoded. Gateways check the same, and
/// say more about it.
/// </summary>
internal sealed class OperationChecks(IOptions<CoordinationOptions> options)
{
    public bool IsValid(ClientOperation operation) =>
        operation.Value.Length <= options.Value.MaxValueBytes
        && (operation.Kind == OperationKind.Put || operation.Value.IsEmpty)
        && (operation.Kind != OperationKind.Get || operation.Condition == ConditionKind.None)
        && (operation.Revisions.Count > 0
            || operation.Condition is not (ConditionKind.RevisionIsOneOf or ConditionKind.RevisionIsNoneOf));
}
