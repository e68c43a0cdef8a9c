namespace AspireKv.StorageNode.Partitions;

internal static partial class Log
{
    [LoggerMessage(3400, LogLevel.Debug, "Coordinates partition {Partition} under ballot round {Round}")]
    public static partial void BallotTaken(ILogger logger, int partition, long round);

    [LoggerMessage(
        3401,
        LogLevel.Debug,
        "No longer coordinates partition {Partition}; the highest ballot known is round {Round} of node {Node}")]
    public static partial void BallotLost(ILogger logger, int partition, long round, int node);

    [LoggerMessage(
        3402,
        LogLevel.Warning,
        "A message of partition {Partition} could not be sent; PeerTransport:MaxValueBytes is lower than what is stored: {Reason}")]
    public static partial void MessageOverABound(ILogger logger, int partition, string reason);
}
