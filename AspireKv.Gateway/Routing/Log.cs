namespace AspireKv.Gateway.Routing;

internal static partial class Log
{
    [LoggerMessage(1201, LogLevel.Warning, "{Node} does not answer ({Liveness}); operations go to other replicas")]
    public static partial void NodeLost(ILogger logger, string node, string liveness);

    [LoggerMessage(1202, LogLevel.Information, "{Node} answers")]
    public static partial void NodeBack(ILogger logger, string node);
}
