using Microsoft.Extensions.Logging;

namespace AspireKv.AppHost;

internal static partial class Log
{
    [LoggerMessage(6001, LogLevel.Information, "AspireKv is ready at {Gateway}")]
    public static partial void Ready(ILogger logger, string gateway);
}
