namespace AspireKv.Gateway.Errors;

internal static partial class Log
{
    [LoggerMessage(1001, LogLevel.Error, "A request failed in the gateway")]
    public static partial void RequestFailed(ILogger logger, Exception exception);
}
