using AspireKv.Storage.Failures;
using AspireKv.Storage.Memtables;
using AspireKv.Storage.Observers;
using AspireKv.Storage.Sqlite;
using AspireKv.Storage.Wal;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace AspireKv.Storage.Checkpoints;

/// <summary>Moves memtables to SQLite, in four steps: freeze, write, release, and drop the write-ahead log behind.</summary>
internal sealed class Checkpoint
{
    private readonly SqliteStore _sqlite;
    private readonly PartitionTables _tables;
    private readonly WriteAheadLog _wal;
    private readonly SegmentRow _segments;
    private readonly Room _room;
    private readonly StorageFailures _failures;
    private readonly Patience _patience;
    private readonly CheckpointMetrics _metrics;
    private readonly FailureMetrics _failureMetrics;
    private readonly IStorageObserver _observer;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;

    /// <summary>Held during a checkpoint, for the fields below and the writing of SQLite.</summary>
    private readonly Lock _gate = new();

    /// <summary>True when SQLite holds what the write-ahead log still keeps segments for.</summary>
    private bool _isDropDue;

    /// <summary>True while SQLite's journal could not be cut down again.</summary>
    private bool _isJournalLarge;

    /// <summary>What a checkpoint began to move; kept when there was no room, for the next try.</summary>
    private FrozenState? _frozen;

    public Checkpoint(
        SqliteStore sqlite,
        PartitionTables tables,
        WriteAheadLog wal,
        SegmentRow segments,
        Room room,
        StorageFailures failures,
        Patience patience,
        CheckpointMetrics metrics,
        FailureMetrics failureMetrics,
        IStorageObserver observer,
        TimeProvider time,
        ILogger logger)
    {
        (_sqlite, _tables, _wal, _segments, _room) = (sqlite, tables, wal, segments, room);
        (_failures, _patience, _metrics, _failureMetrics) = (failures, patience, metrics, failureMetrics);
        (_observer, _time, _logger) = (observer, time, logger);
    }

    /// <summary>Moves everything that is durable to SQLite now; waits for a checkpoint that another thread runs.</summary>
    public CheckpointOutcome Run()
    {
        lock (_gate)
        {
            try
            {
                if (_isDropDue && _failures.First is null)
                {
                    // Before anything that may wait for the write-ahead log, which may wait for this very room.
                    DropWal();
                }

                _frozen ??= Freeze();
                if (_failures.First is not null || (_frozen is not null && !_wal.WaitDurable(_frozen.LastPosition)))
                {
                    return CheckpointOutcome.Refused;
                }

                if (_frozen is not null)
                {
                    Move(_frozen);
                }
                else if (_isJournalLarge)
                {
                    MoveJournal();
                }

                return CheckpointOutcome.Done;
            }
            catch (SqliteException exception) when (SqliteFaults.IsFull(exception))
            {
                _failureMetrics.Failed("checkpoint");
                if (!_room.IsShort)
                {
                    Log.CheckpointPutOff(_logger, exception);
                }

                return CheckpointOutcome.OutOfRoom;
            }
            catch (Exception exception) when (SqliteFaults.IsTransient(exception))
            {
                _patience.Note("checkpoint", exception);
                return CheckpointOutcome.PutOff;
            }
            catch (SqliteException exception) when (SqliteFaults.IsDamage(exception))
            {
                _failures.Report(new StorageDamagedException($"SQLite cannot write its file: {exception.Message}", exception));
                return CheckpointOutcome.Refused;
            }
            catch (StorageDamagedException exception)
            {
                _failures.Report(exception);
                return CheckpointOutcome.Refused;
            }
            catch (Exception exception)
            {
                _failures.Fail(exception, part: "checkpoint");
                return CheckpointOutcome.Refused;
            }
        }
    }

    /// <summary>
    /// Returns when no checkpoint is under way any more, not even one that another thread runs; what one began to move is forgotten.
    /// </summary>
    public void Abandon()
    {
        lock (_gate)
        {
            _frozen = null;
        }
    }

    /// <summary>Sets the changes of each partition aside in turn; null when there are none.</summary>
    private FrozenState? Freeze()
    {
        _room.BeginCheckpoint();

        // Taken before any table is frozen: a record up to here was applied under the lock of its table, or will be before that table can
        // be frozen.
        var appliedPosition = _wal.LastPosition;
        var partitions = _tables.Freeze();
        _room.CountFrozen(partitions.Sum(partition => partition.Changes.Bytes));
        return partitions.Count == 0 ? null : new FrozenState(appliedPosition, _wal.LastPosition, partitions);
    }

    private void Move(FrozenState frozen)
    {
        var start = _time.GetTimestamp();
        int entries;
        using (var writer = new CheckpointWriter(_sqlite, _observer))
        {
            entries = writer.Write(frozen);
        }

        _sqlite.NoteApplied(frozen.AppliedPosition);
        foreach (var (_, table, changes) in frozen.Partitions)
        {
            table.Release(_tables.CacheBytesPerPartition);
            _room.CountReleased(changes.Bytes);
        }

        _frozen = null;
        _isDropDue = true;
        _room.EndCheckpoint();
        DropWal();
        var duration = _time.GetElapsedTime(start);
        _metrics.Checkpointed(duration);
        Log.Checkpointed(_logger, entries, frozen.AppliedPosition, duration.TotalMilliseconds);
    }

    /// <summary>Lets go of what SQLite holds for good, in the write-ahead log and in SQLite's own file.</summary>
    private void DropWal()
    {
        MoveJournal();
        _observer.OnCheckpointStep();
        _segments.DropThrough(_sqlite.AppliedPosition);
        _isDropDue = false;
        _observer.OnCheckpointStep();
        _sqlite.GiveBackSpace(all: _room.IsShort);
        _observer.OnCheckpointStep();
    }

    private void MoveJournal()
    {
        var bytes = _sqlite.MoveJournal();
        _metrics.JournalIs(bytes);
        var isLarge = bytes > SqliteStore.MaxJournalBytes;
        if (isLarge && !_isJournalLarge)
        {
            Log.JournalGrows(_logger, bytes);
        }
        else if (!isLarge && _isJournalLarge)
        {
            Log.JournalShrank(_logger, bytes);
        }

        _isJournalLarge = isLarge;
    }
}
