using AspireKv.Storage.Observers;
using Microsoft.Extensions.Logging;

namespace AspireKv.Storage.Failures;

/// <summary>
/// Keeps the first failure of any part of the storage. From then on the engine takes nothing more, since a part could not give back what it
/// took; where the failure is damage, no later start trusts the files either.
/// </summary>
internal sealed class StorageFailures(IDamageNotes notes, FailureMetrics metrics, IStorageObserver observer, ILogger logger)
{
    /// <summary>
    /// Files that are set aside stay on the disk until an operator deletes them. A disk that harms them again and again is not filled with
    /// them, nor the others kept busy with rebuilding this node.
    /// </summary>
    private const int MaxTimesSetAside = 3;

    /// <summary>Guards the setting of the first failure. Not held while others are told.</summary>
    private readonly Lock _gate = new();
    private Action? _wake;
    private Exception? _first;
    private volatile bool _mayBeginAnew;

    /// <summary>The first failure, or null while all is well.</summary>
    public Exception? First => Volatile.Read(ref _first);

    /// <summary>True once damage was the first failure and was noted for good, and files were not set aside too often already.</summary>
    public bool MayBeginAnew => First is StorageDamagedException && _mayBeginAnew;

    /// <summary>
    /// Has a part that may wait for what will not come any more woken right after <see cref="First"/> was set. Called before any thread of
    /// the engine runs.
    /// </summary>
    public void WakeOnFailure(Action wake) => _wake += wake;

    /// <summary>Nothing more is stored from now on; the first failure is kept.</summary>
    /// <param name="failure">The failure.</param>
    /// <param name="part">The part of the storage that failed, as the metric names it; null where the failure was counted already.</param>
    public void Fail(Exception failure, string? part)
    {
        lock (_gate)
        {
            if (_first is not null)
            {
                return;
            }

            Volatile.Write(ref _first, failure);
        }

        _wake?.Invoke();
        if (part is not null)
        {
            metrics.Failed(part);
            Log.StorageFailed(logger, part, failure);
        }

        metrics.FailedForGood();
        observer.OnFailed(failure, MayBeginAnew);
    }

    /// <summary>A node with a hole in its memory must not go on voting, nor begin to again after a restart.</summary>
    public void Report(StorageDamagedException damage)
    {
        Log.DamageFound(logger, damage.Message);
        metrics.Failed("damage");
        try
        {
            notes.NoteDamage(damage.Message);
            var times = notes.TimesSetAside;
            _mayBeginAnew = times < MaxTimesSetAside;
            if (!_mayBeginAnew)
            {
                Log.SetAsideTooOften(logger, times);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Log.DamageNotNoted(logger, exception);
        }

        Fail(damage, part: null);
    }
}
