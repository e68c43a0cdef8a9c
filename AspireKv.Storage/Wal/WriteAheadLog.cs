using AspireKv.Cluster.Replicas;
using AspireKv.Storage.Failures;

namespace AspireKv.Storage.Wal;

/// <summary>
/// Gives every record a position and keeps it until the <see cref="WalWriter"/> has brought it to stable storage. Appending only encodes
/// into a buffer; the writer takes all that has come together since it last did (group commit), so under load many records share a sync.
/// </summary>
/// <remarks>
/// After a write or a sync failed, nothing is known of what is on the disk and trying again proves nothing (the kernel may have dropped the
/// dirty pages and forgotten the error): the write-ahead log is poisoned by the first failure of the storage, and takes no more records.
/// </remarks>
internal sealed class WriteAheadLog
{
    private readonly StorageFailures _failures;
    private readonly WalOptions _options;

    /// <summary>Guards the buffer that is filled, the next position, and the flags. Never held over I/O.</summary>
    private readonly object _gate = new();

    private GroupBuffer _filling = new();
    private GroupBuffer _writing = new();
    private long _nextPosition;
    private long _durablePosition;
    private long _appendedBytes;
    private int _pendingBytes;
    private bool _isMarked;
    private bool _isClosed;
    private bool _isOutOfRoom;

    /// <param name="recovered">What the files hold.</param>
    /// <param name="failures">What poisons the write-ahead log.</param>
    /// <param name="options">The bounds.</param>
    public WriteAheadLog(RecoveredWal recovered, StorageFailures failures, WalOptions options)
    {
        (_failures, _options) = (failures, options);
        _nextPosition = recovered.LastPosition + 1;
        _durablePosition = recovered.LastPosition;
        _isMarked = recovered.IsMarked;
        failures.WakeOnFailure(WakeAll);
    }

    /// <summary>True while the writer waits for the disk to have room for records that were given a position.</summary>
    public bool IsOutOfRoom => Volatile.Read(ref _isOutOfRoom);

    /// <summary>True once no more records are taken because the directory is to be given up.</summary>
    public bool IsClosed => Volatile.Read(ref _isClosed);

    public long DurablePosition => Volatile.Read(ref _durablePosition);

    /// <summary>The position of the last record that was given one.</summary>
    public long LastPosition
    {
        get
        {
            lock (_gate)
            {
                return _nextPosition - 1;
            }
        }
    }

    /// <summary>Bytes of frames appended since the process started.</summary>
    public long AppendedBytes => Volatile.Read(ref _appendedBytes);

    /// <summary>Bytes of frames that wait for the group commit under way to end. May be read from any thread.</summary>
    public int PendingBytes => Volatile.Read(ref _pendingBytes);

    /// <summary>Gives the record its position. The record is durable once <see cref="DurablePosition"/> has reached the position.</summary>
    /// <exception cref="StorageUnavailableException">The storage failed or is closed.</exception>
    /// <exception cref="ArgumentException">The format cannot hold the record.</exception>
    public long Append(ReplicaRecord record)
    {
        lock (_gate)
        {
            ThrowIfUnavailable();
            _appendedBytes += _filling.Add(_nextPosition, record);
            var position = _nextPosition++;
            _pendingBytes = _filling.Length;
            if (_filling.Count == 1)
            {
                // The writer may wait for the first record; for more it never does.
                Monitor.PulseAll(_gate);
            }

            return position;
        }
    }

    /// <summary>Waits until the position is durable; false when the storage failed or was closed before.</summary>
    public bool WaitDurable(long position)
    {
        lock (_gate)
        {
            while (_durablePosition < position)
            {
                if (_failures.First is not null || _isClosed)
                {
                    return false;
                }

                Monitor.Wait(_gate);
            }

            return true;
        }
    }

    /// <summary>Takes no more records. What is in the buffer is still to be written, with a mark behind it.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _isClosed = true;
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>
    /// Waits for records and takes all there are; null when there is nothing more to do. The caller clears the group before it takes the
    /// next one.
    /// </summary>
    public GroupBuffer? TakeGroup()
    {
        lock (_gate)
        {
            while (_filling.Count == 0)
            {
                if (_failures.First is not null || (_isClosed && _isMarked))
                {
                    return null;
                }

                if (_isMarked)
                {
                    Monitor.Wait(_gate);
                }
                else if (_isClosed || (!Monitor.Wait(_gate, _options.IdleMarkDelay) && _filling.Count == 0))
                {
                    _filling.AddMark(_nextPosition++);
                }
            }

            if (_failures.First is not null)
            {
                return null;
            }

            (_filling, _writing) = (_writing, _filling);
            _pendingBytes = 0;
            return _writing;
        }
    }

    /// <summary>The group is on stable storage.</summary>
    public void MarkDurable(GroupBuffer group)
    {
        lock (_gate)
        {
            Volatile.Write(ref _isOutOfRoom, false);
            Volatile.Write(ref _durablePosition, group.LastPosition);
            _isMarked = group.IsOnlyMark;
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>
    /// Waits a while for the disk to have room; false when the write-ahead log is to be closed instead. The records that wait have their
    /// positions, so that nothing but waiting is left.
    /// </summary>
    public bool WaitForRoom()
    {
        lock (_gate)
        {
            Volatile.Write(ref _isOutOfRoom, true);
            if (!_isClosed)
            {
                Monitor.Wait(_gate, _options.FullRetryInterval);
            }

            return !_isClosed;
        }
    }

    private void WakeAll()
    {
        lock (_gate)
        {
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Called under <see cref="_gate"/>.</summary>
    private void ThrowIfUnavailable()
    {
        if (_failures.First is { } failure)
        {
            throw new StorageUnavailableException($"The storage failed: {failure.Message}", failure);
        }

        if (_isClosed)
        {
            throw new StorageUnavailableException("The write-ahead log is closed.");
        }
    }
}
