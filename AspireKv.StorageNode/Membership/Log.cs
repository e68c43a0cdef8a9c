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
        "Cluster {ClusterId} knows another data directory of {Node}: partitions that were not rebuilt in this one since "
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

    [LoggerMessage(3306, LogLevel.Warning, "A process of node {Node} is not let in: {Reason}")]
    public static partial void NotLetIn(ILogger logger, int node, string reason);

    [LoggerMessage(
        3307,
        LogLevel.Error,
        "Node {Node} does not let this process in: another one speaks for {Self} there. Two processes must not be the same node; this one "
        + "waits until the other is silent")]
    public static partial void TwinElsewhere(ILogger logger, int node, string self);

    [LoggerMessage(3308, LogLevel.Error, "What is known of other nodes could not be kept, so none of them is let in now: {Reason}")]
    public static partial void LivesNotKept(ILogger logger, string reason);

    [LoggerMessage(
        3309,
        LogLevel.Information,
        "All other members know this start of {Node}: from now on an earlier state of its files is taken for it by none of them")]
    public static partial void KnownToAll(ILogger logger, string node);

    [LoggerMessage(3310, LogLevel.Error, "Asking node {Node} whether it lets this one in failed; it is asked again")]
    public static partial void TalkFailed(ILogger logger, int node, Exception exception);

    [LoggerMessage(3311, LogLevel.Critical, "This node does not join the cluster and stops: {Difference}")]
    public static partial void FoundedOtherwise(ILogger logger, string difference);

    [LoggerMessage(3312, LogLevel.Information, "{Node} is no member of cluster {ClusterId} yet, and asks to be one")]
    public static partial void JoinsAsStranger(ILogger logger, string node, Guid clusterId);
}
