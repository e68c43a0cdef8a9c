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

    [LoggerMessage(3403, LogLevel.Error, "What an answer in partition {Partition} set off failed; the answer is lost")]
    public static partial void AnswerNotDelivered(ILogger logger, int partition, Exception exception);

    [LoggerMessage(3404, LogLevel.Error, "A request that waited for the disk failed in partition {Partition}; it is lost")]
    public static partial void DeferredFailed(ILogger logger, int partition, Exception exception);
}
