using Microsoft.Extensions.Logging;

namespace AspireKv.Storage.Failures;

internal static partial class Log
{
    [LoggerMessage(2006, LogLevel.Error, "The storage failed ({Part}); this node stores nothing more until it is restarted.")]
    public static partial void StorageFailed(ILogger logger, string part, Exception exception);

    [LoggerMessage(
        2009,
        LogLevel.Error,
        "Damage was found; this node stores nothing more until it has begun anew and is rebuilt from the others: {Reason}")]
    public static partial void DamageFound(ILogger logger, string reason);

    [LoggerMessage(
        2014,
        LogLevel.Warning,
        "The storage waits ({Part}): what is in the way passes by itself, so it tries again every {Milliseconds} ms")]
    public static partial void PutOff(ILogger logger, string part, double milliseconds, Exception exception);

    [LoggerMessage(2011, LogLevel.Error, "The damage could not be noted in the data directory; a restart may not notice it again")]
    public static partial void DamageNotNoted(ILogger logger, Exception exception);

    [LoggerMessage(
        2012,
        LogLevel.Error,
        "Files were set aside {Times} times already, so this node does not begin anew by itself; look at the disk, "
            + "delete what was set aside, and restart it")]
    public static partial void SetAsideTooOften(ILogger logger, int times);
}
