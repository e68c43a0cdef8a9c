using AspireKv.Cluster.Keys;

namespace AspireKv.Cluster.Coordination.Tasks;

/// <summary>
/// The removal of the tombstone of one key, once every replica holds it. A purge that comes to nothing is left to the next pass.
/// </summary>
/// <param name="key">The key.</param>
/// <param name="ended">
/// Called once the purge ended, from within a call into the partition: the callee neither waits nor calls the partition back.
/// </param>
public sealed class PendingPurge(StoreKey key, Action? ended = null) : PendingTask(key)
{
    /// <summary>True once every replica dropped the tombstone.</summary>
    public bool IsPurged { get; private set; }

    public override void EndWithoutStorage()
    {
        if (!IsDone)
        {
            IsDone = true;
            End(isPurged: false);
        }
    }

    internal void End(bool isPurged)
    {
        IsPurged = isPurged;
        ended?.Invoke();
    }
}
