using AspireKv.Cluster.Coordination.Tasks;
using AspireKv.Cluster.Operations;

namespace AspireKv.Cluster.Partitions;

/// <summary>Tells the owners of tasks how these ended, and who coordinates the partition by then.</summary>
internal sealed class TaskEnd(HolderView view) : ITaskEnd
{
    /// <summary>What a coordinator is to do.</summary>
    public KeyTask TaskFor(PendingTask pending) => pending.Task =
        pending is PendingOperation operation ? new ClientTask(operation, this) : new PurgeTask((PendingPurge)pending, this);

    public void Complete(PendingTask pending, OperationResult result)
    {
        pending.IsDone = true;
        pending.Task = null;
        if (pending is PendingOperation { Owner: { } owner } ended)
        {
            owner.OnEnded(ended, result with { Holder = view.Holder });
        }
        else if (pending is PendingPurge purge)
        {
            purge.End(isPurged: result.Outcome == OperationOutcome.Applied);
        }
    }

    /// <summary>Ends a task whose time is up; does nothing where it ended already.</summary>
    /// <param name="pending">The task.</param>
    /// <param name="wasParked">True where nothing of it was begun.</param>
    public void Abandon(PendingTask pending, bool wasParked)
    {
        if (wasParked)
        {
            Refuse(pending, NotAppliedReason.NoQuorum);
        }
        else if (!pending.IsDone)
        {
            pending.Task?.Turn.GiveUp();
        }
    }

    /// <summary>Ends the task as one that certainly was not carried out.</summary>
    public void Refuse(PendingTask pending, NotAppliedReason reason) => Complete(pending, OperationResult.NotApplied(reason));
}
