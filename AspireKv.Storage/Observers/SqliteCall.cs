namespace AspireKv.Storage.Observers;

/// <summary>What SQLite is asked to do.</summary>
internal enum SqliteCall
{
    Read,
    Write,
    Commit,
    MoveJournal,
}
