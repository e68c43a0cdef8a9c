namespace AspireKv.StorageNode.Membership;

internal static partial class Log
{
    [LoggerMessage(
        3300,
        LogLevel.Information,
        "The cluster {ClusterId} is founded: {Members} members, {Partitions} partitions, each on {ReplicationFactor} nodes")]
    public static partial void Founded(ILogger logger, Guid clusterId, int members, int partitions, int replicationFactor);

    [LoggerMessage(3301, LogLevel.Information, "{Node} takes part in cluster {ClusterId}")]
    public static partial void Joined(ILogger logger, string node, Guid clusterId);

    [LoggerMessage(
        3302,
        LogLevel.Warning,
        "Cluster {ClusterId} was founded with another data directory of {Node}: partitions that were not rebuilt in this one since "
        + "are learners, which count in no quorum until they are")]
    public static partial void JoinsWithoutMemory(ILogger logger, string node, Guid clusterId);

    [LoggerMessage(3303, LogLevel.Debug, "Node {Node} did not answer about the founding: {Reason}")]
    public static partial void MemberDidNotAnswer(ILogger logger, int node, string reason);

    [LoggerMessage(3304, LogLevel.Critical, "The founding record could not be stored; the node stops")]
    public static partial void FoundingFailed(ILogger logger, Exception exception);

    [LoggerMessage(
        3305,
        LogLevel.Error,
        "The founding record was among the files set aside as damaged; this node waits for another one that has it, and founds no "
        + "cluster anew")]
    public static partial void FoundingForgotten(ILogger logger);
}
