using AspireKv.Cluster.Keys;

namespace AspireKv.Cluster.Coordination.Tasks;

/// <summary>
/// Work on one key that a host gave to a partition: what the host keeps of it, to have its messages sent again, or to give it up.
/// </summary>
public abstract class PendingTask
{
    private protected PendingTask(StoreKey key) => Key = key;

    public StoreKey Key { get; }

    /// <summary>True once the work ended at this node or was handed to another one.</summary>
    public bool IsDone { get; internal set; }

    /// <summary>
    /// Ends the work where its partition takes no further step, because the storage below it failed. Does nothing where the work ended
    /// already.
    /// </summary>
    public abstract void EndWithoutStorage();

    /// <summary>The work in the hands of the present coordinator; null while no coordinator has it.</summary>
    internal KeyTask? Task { get; set; }
}
