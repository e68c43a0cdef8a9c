namespace AspireKv.StorageNode.Housekeeping;

internal static partial class Log
{
    [LoggerMessage(3600, LogLevel.Information, "{Node} waits to be rebuilt in {Partitions} partitions; in these it counts in no quorum")]
    public static partial void Learning(ILogger logger, string node, int partitions);

    [LoggerMessage(3601, LogLevel.Information, "{Node} is rebuilt: it votes in all its partitions")]
    public static partial void Rebuilt(ILogger logger, string node);

    [LoggerMessage(3603, LogLevel.Debug, "Hands partition {Partition} back to the first of its replicas")]
    public static partial void HandingBack(ILogger logger, int partition);

    [LoggerMessage(
        3604,
        LogLevel.Warning,
        "The disk is slow: a sync takes {Milliseconds:F0} ms, and {OthersMilliseconds:F0} ms at most at the other nodes. Those coordinate "
        + "the partitions of this node from now on, where they can")]
    public static partial void DiskSlow(ILogger logger, double milliseconds, double othersMilliseconds);

    [LoggerMessage(3605, LogLevel.Information, "The disk is as quick as those of the other nodes again")]
    public static partial void DiskWell(ILogger logger);

    [LoggerMessage(3606, LogLevel.Debug, "Hands partition {Partition} on to a replica with a better disk")]
    public static partial void HandingOn(ILogger logger, int partition);
}
