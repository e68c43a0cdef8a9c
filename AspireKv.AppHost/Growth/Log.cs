using Microsoft.Extensions.Logging;

namespace AspireKv.AppHost.Growth;

internal static partial class Log
{
    [LoggerMessage(6101, LogLevel.Information, "{Nodes} leave the cluster, since --nodes is {Wanted}. {Moves}")]
    public static partial void Leaving(ILogger logger, string nodes, int wanted, string moves);

    [LoggerMessage(6102, LogLevel.Information, "{Node} left the cluster; what it had stored is in {Directory}")]
    public static partial void Left(ILogger logger, string node, string directory);

    [LoggerMessage(6103, LogLevel.Warning, "{Nodes} did not leave the cluster and go on: {Reason} The next start tries again")]
    public static partial void NotRemoved(ILogger logger, string nodes, string reason);

    [LoggerMessage(6104, LogLevel.Error, "{Nodes} did not leave the cluster, by a fault of the AppHost. The next start tries again")]
    public static partial void RemovalFailed(ILogger logger, Exception exception, string nodes);
}
