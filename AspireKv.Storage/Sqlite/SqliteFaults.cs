using AspireKv.Encoding;
using AspireKv.Storage.Failures;
using Microsoft.Data.Sqlite;

namespace AspireKv.Storage.Sqlite;

/// <summary>Tells damage to SQLite's file, and a full disk, from what else SQLite may fail of.</summary>
internal static class SqliteFaults
{
    private const int FullCode = 13;
    private const int NoRoomForSharedMemoryCode = 4874;

    /// <summary>
    /// Alone the code speaks of the file's header; with more bits, of who may write SQLite's shared memory and directory.
    /// </summary>
    private const int ReadOnlyCode = 8;

    /// <summary>
    /// SQLite's codes for what it met in its file, and not at the machine: error (as of a table that is not there), internal, read-only (by
    /// the file's header), corrupt, not found, empty, schema, too big, constraint, mismatch, format, range, not a database.
    /// </summary>
    private static readonly HashSet<int> DamageCodes = [1, 2, 8, 11, 12, 16, 17, 18, 19, 20, 24, 25, 26];

    /// <summary>True when SQLite says that its file is not what it was.</summary>
    public static bool IsDamage(SqliteException exception) =>
        DamageCodes.Contains(exception.SqliteErrorCode)
        && (exception.SqliteErrorCode != ReadOnlyCode || exception.SqliteExtendedErrorCode is ReadOnlyCode or 0);

    /// <summary>True when SQLite found no room; what was to be done was not done, and can be tried again.</summary>
    public static bool IsFull(SqliteException exception) =>
        exception.SqliteErrorCode == FullCode || exception.SqliteExtendedErrorCode == NoRoomForSharedMemoryCode;

    /// <summary>The exception, or where its cause is what the file holds, one that says so.</summary>
    public static Exception Explain(Exception exception) => exception switch
    {
        SqliteException sqlite when IsDamage(sqlite) =>
            new StorageDamagedException($"SQLite cannot read its file: {sqlite.Message}", sqlite),
        ObjectDisposedException => exception,
        InvalidCastException or InvalidOperationException or ArgumentException or OverflowException or MalformedBytesException =>
            new StorageDamagedException($"A row in SQLite has values of another kind: {exception.Message}", exception),
        _ => exception,
    };
}
