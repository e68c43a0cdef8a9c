namespace AspireKv.StorageNode.Commands;

internal static partial class Log
{
    [LoggerMessage(
        3602,
        LogLevel.Warning,
        "An operator accepted the loss: {Node} votes in {Partitions} partitions with what it holds, and writes that only others held "
        + "may be gone")]
    public static partial void LossAccepted(ILogger logger, string node, int partitions);
}
