using AspireKv.Storage.Failures;
using AspireKv.Storage.Files;
using Microsoft.Data.Sqlite;

namespace AspireKv.Storage.Sqlite;

/// <summary>
/// Tells damage to SQLite's file, a full disk, and what passes by itself from what else SQLite may fail of. Damage costs the node its
/// files, on all nodes at once where a fault of the program shows as one. So only what SQLite says of the bytes of its file is damage; a
/// statement that fails, or a value that the program cannot take, is not.
/// </summary>
internal static class SqliteFaults
{
    private const int FullCode = 13;
    private const int NoRoomForSharedMemoryCode = 4874;
    private const int CannotOpenCode = 14;

    /// <summary>SQLite's codes for bytes that are not what it wrote: corrupt, and not a database.</summary>
    private static readonly HashSet<int> DamageCodes = [11, 26];

    /// <summary>
    /// SQLite's codes for what passes: busy, locked, no memory, cannot open (as without a file descriptor), and a race for its locks that
    /// was lost too often.
    /// </summary>
    private static readonly HashSet<int> TransientCodes = [5, 6, 7, CannotOpenCode, 15];

    /// <summary>With more bits, the code for input and output says that there was no memory, or no lock.</summary>
    private static readonly HashSet<int> TransientExtendedCodes = [3082, 3850];

    /// <summary>True when SQLite says that its file is not what it was.</summary>
    public static bool IsDamage(SqliteException exception) => DamageCodes.Contains(exception.SqliteErrorCode);

    /// <summary>True when SQLite found no room; what was to be done was not done, and can be tried again.</summary>
    public static bool IsFull(SqliteException exception) =>
        exception.SqliteErrorCode == FullCode || exception.SqliteExtendedErrorCode == NoRoomForSharedMemoryCode;

    /// <summary>True when nothing was done for a cause that passes by itself; the same can be tried again.</summary>
    public static bool IsTransient(Exception exception) => exception is SqliteException sqlite
        ? TransientCodes.Contains(sqlite.SqliteErrorCode) || TransientExtendedCodes.Contains(sqlite.SqliteExtendedErrorCode)
        : TransientFaults.Is(exception);

    /// <summary>True when a file could not be opened, for whatever cause: one that passes, its rights, or that it is not there.</summary>
    public static bool IsCannotOpen(Exception exception) => exception is SqliteException { SqliteErrorCode: CannotOpenCode };

    /// <summary>The exception, or where SQLite speaks of damage, one that says so.</summary>
    public static Exception Explain(Exception exception) => exception is SqliteException sqlite && IsDamage(sqlite)
        ? new StorageDamagedException($"SQLite cannot read its file: {sqlite.Message}", sqlite)
        : exception;
}
