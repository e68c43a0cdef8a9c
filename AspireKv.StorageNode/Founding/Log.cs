namespace AspireKv.StorageNode.Founding;

internal static partial class Log
{
    [LoggerMessage(3300, LogLevel.Information, "The cluster {ClusterId} is founded: {Members} members, {Partitions} partitions, each on {ReplicationFactor} nodes")]
    public static partial void Founded(ILogger logger, Guid clusterId, int members, int partitions, int replicationFactor);

    [LoggerMessage(3301, LogLevel.Information, "{Node} takes part in cluster {ClusterId}")]
    public static partial void Joined(ILogger logger, string node, Guid clusterId);

    [LoggerMessage(
        3302,
        LogLevel.Critical,
        "{Node} refuses to serve: cluster {ClusterId} was founded with another data directory of this node, so what it promised and stored is lost; bring that directory back")]
    public static partial void ForeignIncarnation(ILogger logger, string node, Guid clusterId);

    [LoggerMessage(3303, LogLevel.Debug, "Node {Node} did not answer about the founding: {Reason}")]
    public static partial void SeedDidNotAnswer(ILogger logger, int node, string reason);

    [LoggerMessage(3304, LogLevel.Critical, "The founding record could not be stored; the node stops")]
    public static partial void FoundingFailed(ILogger logger, Exception exception);
}
