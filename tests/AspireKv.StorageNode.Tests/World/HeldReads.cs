using AspireKv.Storage.Observers;

namespace AspireKv.StorageNode.Tests.World;

/// <summary>An observer that lets SQLite be read only while the event is set: a disk that hangs.</summary>
internal sealed class HeldReads(IStorageObserver inner, ManualResetEventSlim mayRead) : IStorageObserver
{
    private int _held;

    /// <summary>How many reads wait.</summary>
    public int Held => Volatile.Read(ref _held);

    public void OnDurable(long position) => inner.OnDurable(position);

    public void OnFailed(Exception failure, bool mayBeginAnew) => inner.OnFailed(failure, mayBeginAnew);

    void IStorageObserver.BeforeSqliteCall(SqliteCall call)
    {
        if (call == SqliteCall.Read)
        {
            Interlocked.Increment(ref _held);
            mayRead.Wait();
            Interlocked.Decrement(ref _held);
        }
    }
}
