using AspireKv.Storage.Failures;

namespace AspireKv.Storage.Sqlite;

/// <summary>
/// Reads of SQLite while the engine runs: one that finds a lock held, or no memory or file descriptor, is made again until it succeeds; one
/// that fails is the engine's failure too.
/// </summary>
internal sealed class GuardedSqlite(SqliteStore sqlite, StorageFailures failures, Patience patience)
{
    private const string Part = "sqlite";

    /// <exception cref="StorageDamagedException">What SQLite holds is not what was written.</exception>
    /// <exception cref="StorageUnavailableException">SQLite could not read.</exception>
    public TResult Read<TArgument, TResult>(TArgument argument, Func<SqliteStore, TArgument, TResult> read)
    {
        while (true)
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
            catch (Exception exception) when (SqliteFaults.IsCannotOpen(exception) && !sqlite.Exists)
            {
                var damage = new StorageDamagedException("SQLite's file was removed.", exception);
                failures.Report(damage);
                throw damage;
            }
            catch (Exception exception) when (SqliteFaults.IsTransient(exception))
            {
                if (!patience.Wait(Part, exception))
                {
                    throw new StorageUnavailableException($"SQLite could not read: {exception.Message}", exception);
                }
            }
            catch (Exception exception) when (exception is not ObjectDisposedException)
            {
                // The disk under SQLite fails, or the program cannot take what it finds; both leave a hole in what this node can tell.
                failures.Fail(exception, Part);
                throw new StorageUnavailableException($"SQLite could not read: {exception.Message}", exception);
            }
        }
    }
}
