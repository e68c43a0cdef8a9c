using Microsoft.Extensions.Logging;

namespace AspireKv.Storage;

/// <summary>What becomes of a data directory. The events of the storage engine are 2000 to 2999.</summary>
internal static partial class Log
{
    [LoggerMessage(
        2001,
        LogLevel.Information,
        "Opened '{Directory}' of node {Node}, incarnation {Incarnation:x16}: write-ahead log up to position {Position}, "
            + "{Replayed} records replayed above {Applied}.")]
    public static partial void Opened(
        ILogger logger, string directory, int node, ulong incarnation, long position, long replayed, long applied);

    [LoggerMessage(
        2002,
        LogLevel.Information,
        "Cut {Bytes} bytes of a write that was never acknowledged from the end of the write-ahead log, after position {Position}.")]
    public static partial void TornTailCut(ILogger logger, long bytes, long position);

    [LoggerMessage(
        2010,
        LogLevel.Error,
        "The damaged files are in '{Path}' now; this node begins without memory, to be rebuilt from the others. {Reason}")]
    public static partial void SetAside(ILogger logger, string path, string reason);

    [LoggerMessage(
        2013,
        LogLevel.Warning,
        "The files are in '{Path}' now; from its next start on the node begins without memory, to be rebuilt from the others")]
    public static partial void SetAsideByOperator(ILogger logger, string path);
}
