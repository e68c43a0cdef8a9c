namespace AspireKv.Gateway.Routing;

internal static partial class Log
{
    [LoggerMessage(1201, LogLevel.Warning, "{Node} does not answer ({Liveness}); operations go to other replicas")]
    public static partial void NodeLost(ILogger logger, string node, string liveness);

    [LoggerMessage(1202, LogLevel.Information, "{Node} answers")]
    public static partial void NodeBack(ILogger logger, string node);

    [LoggerMessage(1203, LogLevel.Error, "An operation failed in the gateway on its way to a node")]
    public static partial void OperationFailed(ILogger logger, Exception exception);
}
