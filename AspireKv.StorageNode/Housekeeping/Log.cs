namespace AspireKv.StorageNode.Housekeeping;

internal static partial class Log
{
    [LoggerMessage(3600, LogLevel.Information, "{Node} waits to be rebuilt in {Partitions} partitions; in these it counts in no quorum")]
    public static partial void Learning(ILogger logger, string node, int partitions);

    [LoggerMessage(3601, LogLevel.Information, "{Node} is rebuilt: it votes in all its partitions")]
    public static partial void Rebuilt(ILogger logger, string node);

    [LoggerMessage(3603, LogLevel.Debug, "Hands partition {Partition} back to the first of its replicas")]
    public static partial void HandingBack(ILogger logger, int partition);
}
