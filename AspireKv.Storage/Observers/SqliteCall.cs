namespace AspireKv.Storage.Observers;

/// <summary>What SQLite is asked to do.</summary>
public enum SqliteCall
{
    Read,
    Write,
    Commit,
    MoveJournal,
}
