using AspireKv.Storage.Failures;
using Microsoft.Data.Sqlite;

namespace AspireKv.Storage.Sqlite;

/// <summary>Reads of SQLite while the engine runs: a read that fails is the engine's failure too.</summary>
internal sealed class GuardedSqlite(SqliteStore sqlite, StorageFailures failures)
{
    /// <exception cref="StorageDamagedException">What SQLite holds is not what was written.</exception>
    /// <exception cref="StorageUnavailableException">SQLite could not read.</exception>
    public TResult Read<TArgument, TResult>(TArgument argument, Func<SqliteStore, TArgument, TResult> read)
    {
        try
        {
            return read(sqlite, argument);
        }
        catch (StorageDamagedException exception)
        {
            failures.Report(exception);
            throw;
        }
        catch (SqliteException exception)
        {
            // The disk under SQLite fails; what SQLite holds is missing as much as if it were damaged.
            failures.Fail(exception, part: "sqlite");
            throw new StorageUnavailableException($"SQLite could not read: {exception.Message}", exception);
        }
    }
}
