using AspireKv.Cluster.Operations;
using AspireKv.StorageNode.Partitions;
using Microsoft.Extensions.Options;

namespace AspireKv.StorageNode.Inbox;

/// <summary>What a node demands of an operation, whoever sent it. Gateways check the same, and say more about it.</summary>
internal sealed class OperationChecks(IOptions<CoordinationOptions> options)
{
    private const int MaxNamespaceLength = 63;
    private const int MaxKeyLength = 1024;

    public bool IsValid(ClientOperation operation)
    {
        var bytes = operation.Key.Bytes;
        var separator = bytes.IndexOf((byte)0);
        return separator is > 0 and <= MaxNamespaceLength
            && bytes.Length - separator - 1 is > 0 and <= MaxKeyLength
            && operation.Value.Length <= options.Value.MaxValueBytes
            && (operation.Kind == OperationKind.Put || operation.Value.IsEmpty)
            && (operation.Kind != OperationKind.Get || operation.Condition == ConditionKind.None)
            && (operation.Revisions.Count > 0
                || operation.Condition is not (ConditionKind.RevisionIsOneOf or ConditionKind.RevisionIsNoneOf));
    }
}
