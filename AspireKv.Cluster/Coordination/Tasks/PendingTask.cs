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

    /// <summary>The work in the hands of the present coordinator; null while no coordinator has it.</summary>
    internal KeyTask? Task { get; set; }
}
