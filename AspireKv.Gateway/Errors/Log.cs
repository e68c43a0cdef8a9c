namespace AspireKv.Gateway.Errors;

internal static partial class Log
{
    [LoggerMessage(1001, LogLevel.Error, "The request {RequestId} failed in the gateway")]
    public static partial void RequestFailed(ILogger logger, Exception exception, string requestId);

    [LoggerMessage(1003, LogLevel.Warning, "There was no memory for a request; it was refused as overloaded")]
    public static partial void OutOfMemory(ILogger logger);
}
