using Microsoft.Extensions.Logging;

namespace AspireKv.Storage;

/// <summary>The events of the storage engine, 2000 to 2999.</summary>
internal static partial class Log
{
    [LoggerMessage(2001, LogLevel.Information, "Opened '{Directory}' of node {Node}, incarnation {Incarnation:x16}: log up to position {Position}, {Replayed} records replayed above {Applied}.")]
    public static partial void Opened(ILogger logger, string directory, int node, ulong incarnation, long position, long replayed, long applied);

    [LoggerMessage(2002, LogLevel.Information, "Cut {Bytes} bytes of a write that was never acknowledged from the end of the log, after position {Position}.")]
    public static partial void TornTailCut(ILogger logger, long bytes, long position);

    [LoggerMessage(2003, LogLevel.Debug, "Records up to {Position} are durable: {Records} in {Bytes} bytes and {Milliseconds} ms.")]
    public static partial void GroupCommitted(ILogger logger, long position, int records, int bytes, double milliseconds);

    [LoggerMessage(2004, LogLevel.Debug, "The log goes on in '{Path}' from position {Position}.")]
    public static partial void SegmentStarted(ILogger logger, string path, long position);

    [LoggerMessage(2005, LogLevel.Debug, "Dropped segment '{Path}': SQLite holds everything up to {Position}.")]
    public static partial void SegmentDropped(ILogger logger, string path, long position);

    [LoggerMessage(2006, LogLevel.Error, "The storage failed ({Part}); this node stores nothing more until it is restarted.")]
    public static partial void StorageFailed(ILogger logger, string part, Exception exception);

    [LoggerMessage(2007, LogLevel.Debug, "Moved {Entries} entries to SQLite, everything up to position {Position}, in {Milliseconds} ms.")]
    public static partial void Checkpointed(ILogger logger, int entries, long position, double milliseconds);

    [LoggerMessage(2008, LogLevel.Warning, "A checkpoint failed and will be tried again: there is no room for SQLite.")]
    public static partial void CheckpointPutOff(ILogger logger, Exception exception);

    [LoggerMessage(2009, LogLevel.Error, "Damage was found; this node stores nothing more until it has begun anew and is rebuilt from the others: {Reason}")]
    public static partial void DamageFound(ILogger logger, string reason);

    [LoggerMessage(2010, LogLevel.Error, "The damaged files are in '{Path}' now; this node begins without memory, to be rebuilt from the others. {Reason}")]
    public static partial void SetAside(ILogger logger, string path, string reason);

    [LoggerMessage(2020, LogLevel.Warning, "The disk of '{Directory}' is full: puts are refused until there is room; reads and deletes go on")]
    public static partial void DiskFull(ILogger logger, string directory);

    [LoggerMessage(2021, LogLevel.Information, "The disk of '{Directory}' has room again")]
    public static partial void DiskHasRoom(ILogger logger, string directory);

    [LoggerMessage(2030, LogLevel.Debug, "The scrub read {Bytes} bytes, all that is stored, and found them whole")]
    public static partial void Scrubbed(ILogger logger, long bytes);

    [LoggerMessage(2011, LogLevel.Error, "The damage could not be noted in the data directory; a restart may not notice it again")]
    public static partial void DamageNotNoted(ILogger logger, Exception exception);

    [LoggerMessage(2012, LogLevel.Error, "Files were set aside {Times} times already, so this node does not begin anew by itself; look at the disk, delete what was set aside, and restart it")]
    public static partial void SetAsideTooOften(ILogger logger, int times);

    [LoggerMessage(2013, LogLevel.Warning, "The files are in '{Path}' now; from its next start on the node begins without memory, to be rebuilt from the others")]
    public static partial void SetAsideByOperator(ILogger logger, string path);
}
