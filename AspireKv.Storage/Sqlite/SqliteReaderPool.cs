using System.Collections.Concurrent;
using AspireKv.Storage.Failures;
using AspireKv.Storage.Observers;

namespace AspireKv.Storage.Sqlite;

/// <summary>A bounded number of connections that read; a read that finds none free waits.</summary>
internal sealed class SqliteReaderPool(string connectionString, int maxReaders, IStorageObserver observer) : IDisposable
{
    private readonly ConcurrentBag<SqliteReader> _free = [];
    private readonly SemaphoreSlim _places = new(maxReaders);

    /// <exception cref="StorageDamagedException">SQLite found its file damaged.</exception>
    public TResult Read<TArgument, TResult>(TArgument argument, Func<SqliteReader, TArgument, TResult> read)
    {
        _places.Wait();
        SqliteReader? reader = null;
        try
        {
            observer.BeforeSqliteCall(SqliteCall.Read);
            reader = _free.TryTake(out var free) ? free : new SqliteReader(connectionString);
            var result = read(reader, argument);
            _free.Add(reader);
            return result;
        }
        catch (Exception exception)
        {
            reader?.Dispose();
            throw SqliteFaults.Explain(exception);
        }
        finally
        {
            _places.Release();
        }
    }

    public void Dispose()
    {
        while (_free.TryTake(out var reader))
        {
            reader.Dispose();
        }
    }
}
