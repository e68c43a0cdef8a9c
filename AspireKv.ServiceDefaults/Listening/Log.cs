using System.Net;
using Microsoft.Extensions.Logging;

namespace AspireKv.ServiceDefaults.Listening;

internal static partial class Log
{
    [LoggerMessage(5201, LogLevel.Warning, "Closed a connection from {Address}: the limit ({Limit}) of HTTP connections is reached")]
    public static partial void ConnectionRefused(ILogger logger, IPAddress? address, string limit);

    [LoggerMessage(
        5202,
        LogLevel.Warning,
        "This process may open {Descriptors} files, too few for {Wanted} HTTP connections: {Granted} are admitted; raise the limit "
        + "(ulimit -n, LimitNOFILE) to {Needed}")]
    public static partial void TooFewDescriptors(ILogger logger, long descriptors, int wanted, int granted, long needed);

    [LoggerMessage(5203, LogLevel.Information, "Metrics, details of health and documentation are served at {Url}")]
    public static partial void Manageable(ILogger logger, string url);

    [LoggerMessage(
        5204,
        LogLevel.Information,
        "Metrics, details of health and documentation are not served: outside Development they are on the management listener only, and "
        + "Management:Url is not set")]
    public static partial void Unmanageable(ILogger logger);
}
