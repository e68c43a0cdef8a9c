namespace AspireKv.Gateway.Proxy;

internal static partial class Log
{
    [LoggerMessage(1002, LogLevel.Warning, "The auth service cannot be reached, so nobody can log in: {Error}, {Cause}")]
    public static partial void AuthUnreachable(ILogger logger, string error, string? cause);

    [LoggerMessage(1201, LogLevel.Warning, "{Node} does not answer ({Liveness}); operations go to other replicas")]
    public static partial void NodeLost(ILogger logger, string node, string liveness);

    [LoggerMessage(1202, LogLevel.Information, "{Node} answers")]
    public static partial void NodeBack(ILogger logger, string node);

    [LoggerMessage(1203, LogLevel.Error, "An operation failed in the gateway on its way to a node")]
    public static partial void OperationFailed(ILogger logger, Exception exception);
}
