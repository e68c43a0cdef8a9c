using AspireKv.Storage.Directories;
using AspireKv.Storage.Failures;
using AspireKv.Storage.Sqlite;
using AspireKv.Storage.Wal;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace AspireKv.Storage;

/// <summary>What happens when a part of the storage cannot give back what it took: the engine takes nothing more, and where it is damage no later start trusts the files.</summary>
internal sealed class StorageFailures(WriteAheadLog log, DataDirectory directory, StorageMetrics metrics, ILogger logger)
{
    /// <summary>
    /// Files that are set aside stay on the disk until an operator deletes them. A disk that harms them again and again is not filled with them, nor the others kept
    /// busy with rebuilding this node.
    /// </summary>
    private const int MaxTimesSetAside = 3;

    private volatile bool _mayBeginAnew;

    /// <summary>True once damage was found and noted for good, and files were not set aside too often already.</summary>
    public bool MayBeginAnew => _mayBeginAnew;

    /// <summary>A node with a hole in its memory must not go on voting, nor begin to again after a restart.</summary>
    public void Report(StorageDamagedException damage)
    {
        Log.DamageFound(logger, damage.Message);
        metrics.Failed("damage");
        try
        {
            directory.NoteDamage(damage.Message);
            var times = directory.TimesSetAside;
            _mayBeginAnew = times < MaxTimesSetAside;
            if (!_mayBeginAnew)
            {
                Log.SetAsideTooOften(logger, times);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Log.DamageNotNoted(logger, exception);
        }

        log.Fail(damage, part: null);
    }

    /// <summary>Lets SQLite read.</summary>
    /// <exception cref="StorageDamagedException">What it holds is not what was written.</exception>
    /// <exception cref="StorageUnavailableException">It could not read.</exception>
    public TResult Read<TArgument, TResult>(SqliteStore sqlite, TArgument argument, Func<SqliteStore, TArgument, TResult> read)
    {
        try
        {
            return read(sqlite, argument);
        }
        catch (StorageDamagedException exception)
        {
            Report(exception);
            throw;
        }
        catch (SqliteException exception)
        {
            // The disk under SQLite fails; what it holds is missing as much as if it were damaged.
            log.Fail(exception, part: "sqlite");
            throw new StorageUnavailableException($"SQLite could not read: {exception.Message}", exception);
        }
    }
}
