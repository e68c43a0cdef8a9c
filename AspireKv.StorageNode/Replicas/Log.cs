namespace AspireKv.StorageNode.Replicas;

internal static partial class Log
{
    [LoggerMessage(3400, LogLevel.Debug, "Coordinates partition {Partition} under ballot round {Round}")]
    public static partial void BallotTaken(ILogger logger, int partition, long round);

    [LoggerMessage(3401, LogLevel.Debug, "No longer coordinates partition {Partition}; the highest ballot known is round {Round} of node {Node}")]
    public static partial void BallotLost(ILogger logger, int partition, long round, int node);
}
