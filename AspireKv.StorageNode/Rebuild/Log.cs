namespace AspireKv.StorageNode.Rebuild;

internal static partial class Log
{
    [LoggerMessage(3600, LogLevel.Information, "{Node} waits to be rebuilt in {Partitions} partitions; in these it counts in no quorum")]
    public static partial void Learning(ILogger logger, string node, int partitions);

    [LoggerMessage(3601, LogLevel.Information, "{Node} is rebuilt: it votes in all its partitions")]
    public static partial void Rebuilt(ILogger logger, string node);

    [LoggerMessage(3602, LogLevel.Warning, "An operator accepted the loss: {Node} votes in {Partitions} partitions with what it holds, and writes that only others held may be gone")]
    public static partial void LossAccepted(ILogger logger, string node, int partitions);
}
