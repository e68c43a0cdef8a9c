using Microsoft.Extensions.Logging;

namespace AspireKv.Access.Knowledge;

internal static partial class Log
{
    [LoggerMessage(1101, LogLevel.Information,
        "The cluster {ClusterId} is known: {Members} members, {Partitions} partitions, {ReplicationFactor} replicas each")]
    public static partial void ClusterKnown(ILogger logger, Guid clusterId, int members, int partitions, int replicationFactor);
}
