using AspireKv.Cluster.Operations;

namespace AspireKv.Cluster.Coordination.Tasks;

/// <summary>One operation of a client on its way through a node, from one coordinator to the next if the ballot moves.</summary>
public sealed class PendingOperation : PendingTask
{
    /// <param name="operation">What the client asked for.</param>
    /// <param name="hops">How many nodes handed the operation on before this one.</param>
    /// <param name="owner">Hears what became of the operation; null where nobody needs to.</param>
    public PendingOperation(ClientOperation operation, int hops = 0, IOperationOwner? owner = null)
        : base(operation.Key)
    {
        Operation = operation;
        Hops = hops;
        Owner = owner;
    }

    /// <summary>What the client asked for.</summary>
    public ClientOperation Operation { get; }

    /// <summary>
    /// When the operation is abandoned, by the monotonic clock of the partition's host; a write that cannot reach a quorum by then is not
    /// begun.
    /// </summary>
    public TimeSpan Deadline { get; init; } = TimeSpan.MaxValue;

    /// <summary>How many nodes handed the operation on, this one included once it did.</summary>
    public int Hops { get; internal set; }

    public IOperationOwner? Owner { get; }

    /// <summary>
    /// True once an Accept of the operation's own write left the coordinator: from then on "not applied" may no longer be said.
    /// </summary>
    public bool MayHaveBeenApplied { get; internal set; }

    public override void EndWithoutStorage()
    {
        if (!IsDone)
        {
            IsDone = true;
            Owner?.OnEnded(
                this, MayHaveBeenApplied ? OperationResult.Unknown : OperationResult.NotApplied(NotAppliedReason.StorageUnavailable));
        }
    }
}
