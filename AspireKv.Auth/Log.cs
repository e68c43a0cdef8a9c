namespace AspireKv.Auth;

internal static partial class Log
{
    [LoggerMessage(4001, LogLevel.Critical, "The auth service does not start: {Reason}")]
    public static partial void StartRefused(ILogger logger, string reason);
}
