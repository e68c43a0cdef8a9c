using AspireKv.Cluster.Replicas;

namespace AspireKv.Cluster.Partitions;

/// <summary>
/// Drops the entries of a partition that the topology gave to other nodes. Not at once: the coordinator of an older config may still count
/// on this node for what is under way. A message under an older config shows that there is one.
/// </summary>
internal sealed class Leaver(HolderView view, ReplicaState replica, TimeSpan patience)
{
    /// <summary>Since when nothing spoke for an older config; null while this node is not left out.</summary>
    private TimeSpan? _quietSince;

    /// <summary>True while this node has entries that are not its own any more. May be read from any thread.</summary>
    public bool IsWaiting => replica.HasEntries && view.IsLeftOut;

    /// <summary>Takes note of a message under this epoch.</summary>
    public void Hear(long epoch, TimeSpan now)
    {
        if (_quietSince is not null && epoch < view.Config!.Epoch)
        {
            _quietSince = now;
        }
    }

    public void Tick(TimeSpan now)
    {
        if (!IsWaiting)
        {
            _quietSince = null;
            return;
        }

        _quietSince ??= now;
        if (now - _quietSince >= patience)
        {
            replica.Leave(view.Config!);
        }
    }
}
