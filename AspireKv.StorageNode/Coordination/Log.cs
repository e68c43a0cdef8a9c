using AspireKv.Cluster.Topology;

namespace AspireKv.StorageNode.Coordination;

internal static partial class Log
{
    [LoggerMessage(
        3500,
        LogLevel.Warning,
        "{Operation} on partition {Partition} ended without a quorum: {Outcome}, since no majority of its replicas answered in "
        + "{Elapsed} ms. ({Suppressed} like it were not logged.)")]
    public static partial void EndedWithoutQuorum(
        ILogger logger, string operation, int partition, string outcome, double elapsed, long suppressed);

    [LoggerMessage(3501, LogLevel.Error, "{Operation} on partition {Partition} failed in this node; its outcome is unknown")]
    public static partial void OperationFailed(ILogger logger, string operation, int partition, Exception exception);

    [LoggerMessage(3502, LogLevel.Error, "Handing an operation on to node {Node} failed in this node; its outcome is unknown")]
    public static partial void RelayFailed(ILogger logger, NodeId node, Exception exception);
}
