using AspireKv.Storage.Failures;
using AspireKv.Storage.Wal;

namespace AspireKv.Storage.Checkpoints;

/// <summary>
/// Says when checkpoints run: when memory or write-ahead log have enough for one, after a while in any case, and again and again while the
/// disk is full, since a checkpoint gives room back.
/// </summary>
internal sealed class CheckpointSchedule : IDisposable
{
    private readonly CheckpointThread _thread;
    private readonly Checkpoint _checkpoint;
    private readonly Room _room;
    private readonly StorageFailures _failures;
    private readonly WalOptions _walOptions;
    private readonly CheckpointOptions _options;
    private readonly TimeProvider _time;

    /// <summary>When the last checkpoint ended; touched by the thread of the checkpoints only, once it runs.</summary>
    private long _ranAt;

    /// <summary>True while a checkpoint was put off; touched likewise.</summary>
    private bool _isPutOff;

    public CheckpointSchedule(
        CheckpointThread thread,
        Checkpoint checkpoint,
        Room room,
        StorageFailures failures,
        WalOptions walOptions,
        CheckpointOptions options,
        TimeProvider time)
    {
        (_thread, _checkpoint, _room, _failures) = (thread, checkpoint, room, failures);
        (_walOptions, _options, _time) = (walOptions, options, time);
    }

    public void Start()
    {
        _ranAt = _time.GetTimestamp();
        _thread.Start(Maintain);
    }

    /// <summary>Runs a checkpoint now, on the caller's thread; false when there was no room, or the engine failed or is closed.</summary>
    public bool RunNow() => _checkpoint.Run() == CheckpointOutcome.Done;

    /// <summary>Returns when no checkpoint is under way any more.</summary>
    public void Dispose()
    {
        _thread.Dispose();
        _checkpoint.Abandon();
    }

    /// <summary>Fills the reserve up and runs a checkpoint if one is due; returns after how long to come again.</summary>
    private TimeSpan Maintain()
    {
        var reserve = _room.FillReserve();
        var isDone = true;
        if (reserve == ReserveState.NoRoom
            || _room.IsShort
            || _room.IsCheckpointDue
            || _isPutOff
            || _time.GetElapsedTime(_ranAt) >= _options.Interval)
        {
            var outcome = RunInAnyRoom();
            _isPutOff = outcome == CheckpointOutcome.PutOff;
            isDone = outcome == CheckpointOutcome.Done;
            reserve = _room.FillReserve();
            var isShort = outcome == CheckpointOutcome.OutOfRoom || reserve == ReserveState.NoRoom;
            if (isShort || (!_isPutOff && reserve == ReserveState.Filled))
            {
                _room.NoteShort(isShort);
            }

            _ranAt = _time.GetTimestamp();
        }

        return !isDone || reserve != ReserveState.Filled
            ? _walOptions.FullRetryInterval
            : TimeSpan.FromTicks(Math.Max(0, (_options.Interval - _time.GetElapsedTime(_ranAt)).Ticks));
    }

    /// <summary>Where SQLite finds no room, the reserve gives some, spare by spare.</summary>
    private CheckpointOutcome RunInAnyRoom()
    {
        while (true)
        {
            var outcome = _checkpoint.Run();
            if (outcome != CheckpointOutcome.OutOfRoom || !_room.GiveUpSpare())
            {
                return outcome;
            }
        }
    }
}
