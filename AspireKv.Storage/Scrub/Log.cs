using Microsoft.Extensions.Logging;

namespace AspireKv.Storage.Scrub;

internal static partial class Log
{
    [LoggerMessage(2030, LogLevel.Debug, "The scrub read {Bytes} bytes, all that is stored, and found them whole")]
    public static partial void Scrubbed(ILogger logger, long bytes);
}
