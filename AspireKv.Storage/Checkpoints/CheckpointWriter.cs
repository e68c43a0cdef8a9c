using AspireKv.Storage.Memtables;
using AspireKv.Storage.Observers;
using AspireKv.Storage.Sqlite;

namespace AspireKv.Storage.Checkpoints;

/// <summary>
/// Writes a frozen state to SQLite in modest transactions, so that no transaction holds SQLite's journal for long. The applied position
/// moves in the last one: after a crash before it, everything is replayed and written again.
/// </summary>
/// <param name="sqlite">Where to.</param>
/// <param name="observer">Hears of each commit.</param>
internal sealed class CheckpointWriter(SqliteStore sqlite, IStorageObserver observer) : IDisposable
{
    private const int MaxRows = 1000;
    private const int MaxBytes = 1024 * 1024;

    private SqliteWriter _writer = sqlite.Write();
    private int _rows;
    private long _bytes;

    /// <summary>Returns the number of entries that changed.</summary>
    public int Write(FrozenState frozen)
    {
        var entries = 0;
        foreach (var (partition, _, changes) in frozen.Partitions)
        {
            entries += changes.Slots.Count;
            Write(partition, changes);
        }

        _writer.SetApplied(frozen.AppliedPosition);
        _writer.Commit();
        observer.OnCheckpointStep();
        return entries;
    }

    public void Dispose() => _writer.Dispose();

    private void Write(int partition, Memtable changes)
    {
        if (changes.IsEmptied)
        {
            while (_writer.DeleteSome(partition, MaxRows) > 0)
            {
                CommitPart();
            }
        }

        foreach (var (key, slot) in changes.Slots)
        {
            if (slot.Entry is { } entry)
            {
                _writer.Put(partition, key, entry);
                _bytes += entry.Value.Length;
            }
            else if (slot.Drops is { } stamps)
            {
                foreach (var stamp in stamps)
                {
                    _writer.Delete(partition, key, stamp);
                }
            }
            else
            {
                _writer.Delete(partition, key);
            }

            if (++_rows >= MaxRows || _bytes >= MaxBytes)
            {
                CommitPart();
            }
        }

        if (changes.Snapshot is { } snapshot)
        {
            _writer.Put(partition, snapshot);
        }
    }

    private void CommitPart()
    {
        _writer.Commit();
        observer.OnCheckpointStep();
        _writer.Dispose();
        _writer = sqlite.Write();
        (_rows, _bytes) = (0, 0);
    }
}
