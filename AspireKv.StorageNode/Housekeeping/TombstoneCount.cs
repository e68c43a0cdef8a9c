using AspireKv.Cluster.Housekeeping;
using AspireKv.Cluster.Status;
using AspireKv.Storage;
using AspireKv.Storage.Failures;
using AspireKv.StorageNode.Partitions;
using Microsoft.Extensions.Options;

namespace AspireKv.StorageNode.Housekeeping;

/// <summary>
/// Counts the marks of deleted keys in the partitions that this node coordinates, and finds what holds them back. The count goes over an
/// index of the disk, so a reader of the engine does it: at most once in the interval of the purge passes, when somebody looks. All members
/// may be used from any thread.
/// </summary>
internal sealed class TombstoneCount(
    StorageEngine engine, HostedPartitions hosted, TimeProvider time, IOptions<TombstoneOptions> options)
{
    /// <summary>So many may wait for one count. Gateways ask for whoever has a token, and a disk may hang for long.</summary>
    internal const int MaxWaiting = 256;

    private readonly Lock _gate = new();

    /// <summary>What the last count that came to an end found. Guarded by <see cref="_gate"/>, as are the fields below.</summary>
    private readonly TombstoneTally _tally = new();

    /// <summary>The count that began last: false where the disk could not be read.</summary>
    private Task<bool> _count = Task.FromResult(false);

    /// <summary>When that one ended, or null before any did.</summary>
    private long? _countedAt;

    private int _waiting;

    /// <summary>
    /// What was counted last, and how old that is now; where it is too old, another count begins. Never waits, so that a disk that hangs
    /// holds up no scrape.
    /// </summary>
    public TombstoneStatus Last
    {
        get
        {
            lock (_gate)
            {
                TryBegin();
                return _tally.Describe(Now());
            }
        }
    }

    /// <summary>What is counted now, or was counted within the interval; waits for the disk.</summary>
    /// <returns>Null where the disk could not be read, or too many wait for it already.</returns>
    public async Task<TombstoneStatus?> GetAsync()
    {
        Task<bool> count;
        lock (_gate)
        {
            if (_waiting >= MaxWaiting || !TryBegin())
            {
                return null;
            }

            _waiting++;
            count = _count;
        }

        var isCounted = await count;
        lock (_gate)
        {
            _waiting--;
            return isCounted ? _tally.Describe(Now()) : null;
        }
    }

    /// <summary>True when the last count is young enough, or another one is under way.</summary>
    private bool TryBegin()
    {
        if (!_count.IsCompleted || (_countedAt is { } at && time.GetElapsedTime(at) < options.Value.PurgeInterval))
        {
            return true;
        }

        var begunAt = Now();
        var count = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        if (!engine.TryRead(() => count.SetResult(TryCount(begunAt))))
        {
            return false;
        }

        _count = count.Task;
        return true;
    }

    /// <summary>False when the disk could not be read: the engine took note.</summary>
    private bool TryCount(TimeSpan begunAt)
    {
        List<CountedTombstones>? counted;
        try
        {
            counted = [.. hosted.All.Where(static partition => partition.HoldsBallot).Select(
                partition => new CountedTombstones(
                    partition.Partition, engine.CountTombstones(partition.Partition), partition.PurgeHolds))];
        }
        catch (Exception exception) when (exception is StorageDamagedException or StorageUnavailableException)
        {
            counted = null;
        }

        lock (_gate)
        {
            _countedAt = time.GetTimestamp();
            if (counted is not null)
            {
                _tally.Take(begunAt, counted);
            }
        }

        return counted is not null;
    }

    private TimeSpan Now() => time.GetElapsedTime(0);
}
