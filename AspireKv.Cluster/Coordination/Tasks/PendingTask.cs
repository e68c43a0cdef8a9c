using AspireKv.Cluster.Keys;

namespace AspireKv.Cluster.Coordination.Tasks;

/// <summary>Work on one key that a host gave to a partition: what the host keeps of it, to have its messages sent again, or to give it up.</summary>
public abstract class PendingTask
{
    private protected PendingTask(StoreKey key) => Key = key;

    public StoreKey Key { get; }

    /// <summary>True once the work ended at this node or was handed to another one.</summary>
    public bool IsDone => Stage == OperationStage.Done;

    internal OperationStage Stage { get; set; }

    /// <summary>The round it waits for, if any.</summary>
    internal Round? Round { get; set; }
}
