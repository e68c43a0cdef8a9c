namespace AspireKv.Storage.Observers;

/// <summary>
/// Hears what the storage engine does, from the opening of the directory on: the observer is handed to <c>StorageOpening</c>, so that no
/// event comes before somebody listens. Calls come from the engine's own threads, one kind at a time, and the engine waits for them: an
/// observer must be quick.
/// </summary>
public interface IStorageObserver
{
    /// <summary>
    /// Everything up to this position is on stable storage. The first call, during the opening, says how far the files were found durable;
    /// each later one comes from the thread that writes the write-ahead log, after a group commit.
    /// </summary>
    void OnDurable(long position);

    /// <summary>The engine failed and takes no more records. Called once, on the thread that found the failure.</summary>
    /// <param name="failure">The first failure.</param>
    /// <param name="mayBeginAnew">The value that <c>StorageEngine.MayBeginAnew</c> keeps from now on.</param>
    void OnFailed(Exception failure, bool mayBeginAnew);

    /// <summary>
    /// A step of a checkpoint is done: a commit to SQLite, the moving of SQLite's journal, the dropping of segments, the giving back of
    /// room. The files are now what a crash could leave.
    /// </summary>
    internal void OnCheckpointStep()
    {
    }

    /// <summary>
    /// SQLite is about to be called. What this throws counts as SQLite's own failure: the seam at which tests let SQLite fail, whose files
    /// do not pass the seam of the file system.
    /// </summary>
    internal void BeforeSqliteCall(SqliteCall call)
    {
    }
}
