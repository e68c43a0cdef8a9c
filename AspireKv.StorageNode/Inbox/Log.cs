namespace AspireKv.StorageNode.Inbox;

internal static partial class Log
{
    [LoggerMessage(3700, LogLevel.Error, "An access token could not be judged")]
    public static partial void TokenNotJudged(ILogger logger, Exception exception);

    [LoggerMessage(3701, LogLevel.Information, "This node is asked to stop: it hands on what it coordinates, and sends its peers away")]
    public static partial void Draining(ILogger logger);

    [LoggerMessage(3702, LogLevel.Information, "Nothing is left under way at this node after {Elapsed} ms")]
    public static partial void Drained(ILogger logger, double elapsed);

    [LoggerMessage(
        3703,
        LogLevel.Warning,
        "This node stops with work under way, since Coordination:DrainTimeout is over: {Partitions} partitions are not handed on, and "
        + "{Connections} peers have not gone")]
    public static partial void NotDrained(ILogger logger, int partitions, int connections);
}
