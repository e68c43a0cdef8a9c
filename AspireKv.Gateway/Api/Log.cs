namespace AspireKv.Gateway.Api;

internal static partial class Log
{
    [LoggerMessage(1001, LogLevel.Error, "A request failed in the gateway")]
    public static partial void RequestFailed(ILogger logger, Exception exception);

    [LoggerMessage(1002, LogLevel.Warning, "The auth service cannot be reached, so nobody can log in: {Error}, {Cause}")]
    public static partial void AuthUnreachable(ILogger logger, string error, string? cause);
}
