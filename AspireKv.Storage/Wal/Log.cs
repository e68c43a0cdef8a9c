using Microsoft.Extensions.Logging;

namespace AspireKv.Storage.Wal;

internal static partial class Log
{
    [LoggerMessage(2003, LogLevel.Debug, "Records up to {Position} are durable: {Records} in {Bytes} bytes and {Milliseconds} ms.")]
    public static partial void GroupCommitted(ILogger logger, long position, int records, int bytes, double milliseconds);

    [LoggerMessage(2004, LogLevel.Debug, "The write-ahead log goes on in '{Path}' from position {Position}.")]
    public static partial void SegmentStarted(ILogger logger, string path, long position);

    [LoggerMessage(2005, LogLevel.Debug, "Dropped segment '{Path}': SQLite holds everything up to {Position}.")]
    public static partial void SegmentDropped(ILogger logger, string path, long position);
}
