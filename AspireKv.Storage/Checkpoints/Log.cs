using Microsoft.Extensions.Logging;

namespace AspireKv.Storage.Checkpoints;

internal static partial class Log
{
    [LoggerMessage(2007, LogLevel.Debug, "Moved {Entries} entries to SQLite, everything up to position {Position}, in {Milliseconds} ms.")]
    public static partial void Checkpointed(ILogger logger, int entries, long position, double milliseconds);

    [LoggerMessage(2008, LogLevel.Warning, "A checkpoint failed and will be tried again: there is no room for SQLite.")]
    public static partial void CheckpointPutOff(ILogger logger, Exception exception);

    [LoggerMessage(
        2015,
        LogLevel.Warning,
        "SQLite's journal has {Bytes} bytes and grows with every checkpoint, while another program reads the file in one long transaction")]
    public static partial void JournalGrows(ILogger logger, long bytes);

    [LoggerMessage(2016, LogLevel.Information, "SQLite's journal has {Bytes} bytes again")]
    public static partial void JournalShrank(ILogger logger, long bytes);

    [LoggerMessage(
        2020, LogLevel.Warning, "The disk of '{Directory}' is full: puts are refused until there is room; reads and deletes go on")]
    public static partial void DiskFull(ILogger logger, string directory);

    [LoggerMessage(2021, LogLevel.Information, "The disk of '{Directory}' has room again")]
    public static partial void DiskHasRoom(ILogger logger, string directory);
}
