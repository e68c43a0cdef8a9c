using System.Net;
using Microsoft.Extensions.Logging;

namespace AspireKv.ServiceDefaults.Telemetry;

internal static partial class Log
{
    [LoggerMessage(5301, LogLevel.Warning, "A scrape from {Address} was cut off: it did not take its answer within {Limit}")]
    public static partial void ScrapeNotTaken(ILogger logger, IPAddress? address, TimeSpan limit);
}
